/** Reads one tree beside the core, and ends: a slow medium holds up nobody else. */
import { parentPort, workerData } from 'node:worker_threads'
import { checkFiles, findDamaged } from '../airgap/check-files.ts'
import { checkDelivered, checkTree } from '../airgap/check-tree.ts'
import { inspect } from '../airgap/inspect.ts'
import { sha256 } from '../airgap/sha256.ts'
import type { Result } from '../domain/result.ts'
import { ed25519 } from '../policy/ed25519.ts'
import type { TreeJob, TreeNews } from './tree-reader.ts'

const job = workerData as TreeJob
const tell = (news: TreeNews) => parentPort?.postMessage(news)
const watch = { onBytes: (bytes: number) => tell({ bytes }) }

async function perform(): Promise<Result<unknown>> {
  switch (job.kind) {
    case 'inspect':
      return inspect(job.folder, job.trusted, { ed25519, sha256 })
    case 'files':
      return checkFiles(job.folder, job.files, watch)
    case 'damaged':
      return findDamaged(job.folder, job.files, watch)
    case 'tree':
      return checkTree(job.folder, watch)
    case 'delivered':
      return checkDelivered(job.folder, watch)
  }
}

tell({ result: await perform() })
