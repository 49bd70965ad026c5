/** A folder of real documents for tests of the whole: four that can be read, one twice, and two that cannot. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mainFolder } from './command.ts'

const documents = join(mainFolder, 'sample-case/documents')

export const caseFiles = {
  readable: ['03-port-control-transcript.txt', '06-investigator-notes.md', '07-depot-issues.csv', '08-weather-summary.pdf'],
  answeredBy: '07-depot-issues.csv',
  answered: 'Who signed for the battery packs on 10 March?',
  unanswered: 'At what temperature does tungsten boil?',
} as const

export function copyCase(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of caseFiles.readable) copyFileSync(join(documents, name), join(folder, name))
}

/** Readable documents, a copy of one of them under another name, a broken PDF and an empty file. */
export function mixedCase(folder: string): void {
  copyCase(folder)
  copyFileSync(join(documents, '03-port-control-transcript.txt'), join(folder, '31-same-bytes.txt'))
  writeFileSync(join(folder, '90-broken.pdf'), '%PDF-1.7\nno more than this')
  writeFileSync(join(folder, '91-empty.txt'), '')
}
