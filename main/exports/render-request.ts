/** What is rendered, and which formats are set in a thread of their own. Types only. */
import type { PaperFormat, WorkingPaper } from '../domain/working-paper.ts'

export interface RenderRequest {
  readonly paper: WorkingPaper
  readonly format: PaperFormat
  readonly portionMarks: boolean
}

/** Formats whose libraries take a while. */
export type SetFormat = 'pdf' | 'docx'
export type TextFormat = Exclude<PaperFormat, SetFormat>
