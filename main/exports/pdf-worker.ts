/** Sets one paper as PDF beside the core, and ends: nobody else waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { paperLines } from '../domain/paper-lines.ts'
import { pdfPaper } from './pdf-paper.ts'
import type { RenderRequest } from './render-request.ts'

const { paper, portionMarks } = workerData as RenderRequest
parentPort?.postMessage(await pdfPaper(paper, paperLines(paper, portionMarks)))
