/** Stands in for the downloader of the inference library, in every appliance: nothing is ever downloaded. It refuses when it is called. */
const refuse = (): never => {
  throw new Error('download.left_out: this appliance downloads nothing. Import a model file: holdfast models import FILE.')
}

export const downloadFile = refuse
export const downloadSequence = refuse
/** The library compares with it only while a download runs. */
export const DownloadStatus = Object.freeze({})
