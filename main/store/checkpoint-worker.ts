/** The thread that copies the write-ahead log back. It waits for nobody: what a reader still needs is copied the next time. */
import { parentPort, workerData } from 'node:worker_threads'
import { openCheckpointer } from './open.ts'

const db = openCheckpointer((workerData as { readonly file: string }).file)

parentPort?.on('message', () => {
  try {
    db.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // A full disk, say: everything stands in the log, and it is tried again.
  }
  parentPort?.postMessage(null)
})
