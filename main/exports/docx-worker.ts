/** Sets one paper as DOCX beside the core, and ends: nobody else waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { paperLines } from '../domain/paper-lines.ts'
import { docxPaper } from './docx-paper.ts'
import type { RenderRequest } from './render-request.ts'

const { paper, portionMarks } = workerData as RenderRequest
parentPort?.postMessage(await docxPaper(paper, paperLines(paper, portionMarks)))
