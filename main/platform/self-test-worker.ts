/** The self-test in a thread. */
import { parentPort } from 'node:worker_threads'
import { tryWaysOut } from './egress-trials.ts'

parentPort?.postMessage(await tryWaysOut())
