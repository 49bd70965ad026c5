/** What a failed run says to a person. The log keeps the code alone; the words are found here, so that no text of a document can slip into it. */
import { diskFull } from './disk-full.ts'
import type { Failure } from './result.ts'

const overLimit = 'Start it anew with a higher limit; if all runs together have used up their quota, raise that first.'

const explanations: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  'budget.tokens': ['It would have used more tokens than are left to it, or to all runs together.', overLimit],
  'budget.cost': ['It would have cost more than is left to it, or to all runs together.', overLimit],
  'child.memory': ['The model needed more memory than this machine could give.', 'Use a smaller model, or ask with “No model”.'],
  'child.deadline': ['The model took too long.', 'Ask again, or use a smaller model.'],
  'child.crash': ['The model’s process ended unexpectedly.', 'Ask again; it is started afresh. If it happens again, verify the model.'],
  'child.closed': ['Holdfast was closing.', 'Ask again.'],
  'child.cancelled': ['It was cancelled.', 'Ask again when you want to.'],
  'context.too_large': [
    'The question and its best passage do not fit into the window of this model.',
    'Ask a shorter question, or use a model with a larger window.',
  ],
  'route.no_tier': [
    'No tier could answer: not the one that was to answer, and none on this machine.',
    'Look at the tiers and at the models of this machine, then ask again.',
  ],
  'search.cancelled': ['The search was cancelled.', 'Ask again when you want to.'],
  'store.reader_gone': ['The search worker ended before it answered.', 'Ask again; if it happens again, run the self-check.'],
  'store.reader_failed': ['The documents could not be read.', 'Run the self-check in Settings.'],
  [diskFull.error.code]: [diskFull.error.message, diskFull.error.hint],
  'run.defect': ['Something went wrong inside Holdfast.', 'Ask again; the log has the details.'],
  'run.unknown_agent': ['This run belongs to an agent that this version does not have.', 'Use the version that started it.'],
  'run.input_purged': ['What was asked has been purged.', 'Ask again.'],
  'run.executor_lost': ['Holdfast ended while this was under way.', 'Ask again.'],
  'run.stopped': ['It was stopped.', 'Ask again when you want to.'],
}

export function explainFailure(code: string): Failure {
  // A code may have been carried here from elsewhere: a name that every object has explains nothing.
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined
  const [message, hint] = known ?? ['The run failed.', 'Ask again; the run’s events say where it stopped.']
  return { code, message, hint }
}
