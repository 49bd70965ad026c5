/**
 * Asks the question set of the fixture holdings on the tier without a model and prints how good the answers are. `--verbose`
 * lists what went wrong, `--only calibration|held-out` keeps to one part. Exit code 1 when a target is missed.
 */
import { openQuestionHoldings } from '../support/question-holdings.ts'
import { figuresOf, isCalibration, isRight, type Outcome, readQuestions } from '../support/questions.ts'

const targets = { rightMin: 0.9, falselyAnsweredMax: 0.1, verifiedMin: 1 } as const

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0

function printFigures(name: string, outcomes: readonly Outcome[]): boolean {
  const { answerable, right, unanswerable, falselyAnswered, quotes, verified } = figuresOf(outcomes)
  console.log(`\n${name}`)
  console.log(`  right span quoted      ${percent(right, answerable)}  (${right} of ${answerable}; target ≥ 90 %)`)
  const falseShare = percent(falselyAnswered, unanswerable)
  console.log(`  false answers          ${falseShare}  (${falselyAnswered} of ${unanswerable}; target ≤ 10 %)`)
  console.log(`  shown quotes verified  ${percent(verified, quotes)}  (${verified} of ${quotes}; target 100 %)`)
  console.log(`  quotes per answer      ${(quotes / Math.max(1, outcomes.filter(({ shown }) => shown.length > 0).length)).toFixed(1)}`)
  return right >= targets.rightMin * answerable && falselyAnswered <= targets.falselyAnsweredMax * unanswerable && verified === quotes
}

function printCategories(outcomes: readonly Outcome[]): void {
  const byCategory = Map.groupBy(outcomes, ({ question }) => question.category)
  console.log('\nby category')
  for (const [category, list] of [...byCategory].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`  ${category.padEnd(12)} ${list.filter(({ question, shown }) => isRight(question, shown)).length} of ${list.length}`)
}

function printFailures(outcomes: readonly Outcome[], isAll: boolean): void {
  for (const { question, shown } of outcomes) {
    const right = isRight(question, shown)
    if (right && !isAll) continue
    const answers = question.answers.map(({ file, mustContain }) => `${file}: ${mustContain.join(' & ')}`).join(' | ')
    console.log(`\n${right ? '+' : '-'} ${question.id} [${question.category}] ${question.question}`)
    if (!right) console.log(`   wanted  ${question.isAnswerable ? answers : 'no answer'}`)
    for (const { file, quote } of shown) console.log(`   shown   ${file}: ${quote.replace(/\s+/g, ' ')}`)
    if (shown.length === 0) console.log('   shown   nothing')
  }
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : null
const questions = readQuestions().filter((question) => only === null || isCalibration(question) === (only === 'calibration'))
const startedAt = performance.now()
const holdings = await openQuestionHoldings()
const indexedMs = performance.now() - startedAt
const outcomes: Outcome[] = []
for (const question of questions) {
  const askedAt = performance.now()
  const { shown } = await holdings.ask(question.question)
  outcomes.push({ question, shown, tookMs: performance.now() - askedAt })
}
await holdings.close()

const times = outcomes.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
const took = (share: number) => quantile(times, share).toFixed(1)
console.log(`${questions.length} questions over ${holdings.documents} documents, ${holdings.passages} passages, no model`)
console.log(`read and indexed in ${Math.round(indexedMs)} ms; answered in ${took(0.5)} ms (median), ${took(0.95)} ms (p95)`)
if (only !== 'held-out')
  printFigures(
    'calibration questions',
    outcomes.filter(({ question }) => isCalibration(question)),
  )
if (only !== 'calibration')
  printFigures(
    'held-out questions',
    outcomes.filter(({ question }) => !isCalibration(question)),
  )
const isGood = printFigures('all', outcomes)
if (process.argv.includes('--verbose')) {
  printCategories(outcomes)
  printFailures(outcomes, process.argv.includes('--all'))
}
process.exitCode = isGood ? 0 : 1
