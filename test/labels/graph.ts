/** One random graph of work on a station: each operation builds on what earlier ones left, and each is looked at right after it. */
import { Buffer } from 'node:buffer'
import { dominates, join, type Label, marking, meet, permits } from '../../main/domain/label.ts'
import { anyLabel, type LabelStation, officer, pick } from './station.ts'
import { covering } from './truth.ts'

type Dice = (sides: number) => number

interface Held {
  readonly documentId: string
  readonly collection: string
  readonly gate: number
  readonly word: string
}
interface Asked {
  readonly runId: string
  readonly conversationId: string | null
}
/** What the graphs of one station leave to each other. */
export interface Left {
  readonly floors: Map<string, Label>
  readonly held: Held[]
  readonly asked: Asked[]
  gates: number
}
export const nothingLeft = (): Left => ({ floors: new Map(), held: [], asked: [], gates: 100 })

const textFormats = ['md', 'html', 'csv', 'json'] as const

async function importOne({ ceiling, truth, ingest, as, wrong, count }: LabelStation, roll: Dice, left: Left): Promise<void> {
  const isNew = left.floors.size === 0 || roll(8) === 0
  const collection = isNew ? `Room ${left.floors.size + 1}` : pick(roll, [...left.floors.keys()])
  const said = roll(4) === 0 ? null : anyLabel(roll)
  const isMarked = roll(6) === 0
  const floor = left.floors.get(collection) ?? null
  // What nobody labels is as high as the floor, or as the ceiling where there is none.
  const given = floor === null ? (said ?? ceiling) : said === null ? floor : join(floor, said)
  const mark: Label = { level: 'confidential', categories: [], dissemination: [], releasability: 'noforn' }
  const expected = isMarked ? join(given, mark) : given
  const word = truth.add(expected)
  left.gates += 1
  const gate = left.gates
  const banner = isMarked ? `${marking(mark)}\n\n` : ''
  const { code, isStarted, file } = await ingest(
    `${banner}# Paper\n\nThe crate of gate ${gate} holds ${word}.\n${isMarked ? `\n${marking(mark)}\n` : ''}`,
    {
      collection,
      ...(said === null ? {} : { label: said }),
    },
  )
  // Whoever begins a collection says what its least is, also when the file itself is refused then.
  if (floor === null && isStarted) left.floors.set(collection, given)
  if (code !== null) {
    count(`import refused: ${permits(ceiling, expected) ? 'within' : 'above'} the ceiling`)
    if (permits(ceiling, expected)) wrong(`an import of ${marking(expected)} was refused: ${code}`)
    return
  }
  if (!permits(ceiling, expected)) wrong(`${marking(expected)} was taken in`)
  const held = (await as(officer, 'documents.list', { contains: file.replace('.md', '.'), limit: 10 }))?.items.find(
    (one) => one.file === file,
  )
  if (held === undefined) return wrong(`${file} is not to be found`)
  if (!dominates(held.label, expected)) wrong(`${marking(expected)} is held as ${marking(held.label)}`)
  left.held.push({ documentId: held.id, collection, gate, word })
}

/** After a run has come to rest: its label, its answer's, and what the portions of its paper say. */
async function lookAt({ as, truth, wrong, count }: LabelStation, { runId }: Asked): Promise<void> {
  const told = await as(officer, 'ask.answer', { runId })
  if (told === null || told.answer === null) return
  const { answer, run } = told
  const text = JSON.stringify(answer)
  const seen = truth.check(text, covering(answer.label), (what) => wrong(`an answer of ${marking(answer.label)} holds ${what}`))
  truth.check(text, covering(run.label), (what) => wrong(`a run of ${marking(run.label)} holds ${what}`))
  if (!dominates(run.label, answer.label)) wrong(`a run of ${marking(run.label)} has an answer of ${marking(answer.label)}`)
  if (seen > 0) count(`words in an answer of the ${answer.tier}`)
}

async function ask(station: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { as, accounts, clearances, truth, settled, ceiling } = station
  const account = pick(roll, [officer, officer, ...accounts])
  const { gate, collection } = pick(roll, left.held)
  const clearance = clearances.get(account) ?? ceiling
  const chosen = roll(3) === 0 ? null : roll(4) === 0 ? anyLabel(roll) : meet(anyLabel(roll), clearance)
  // The question says something of its own, which nobody else wrote.
  const ticket = roll(2) === 0 ? null : truth.add(chosen ?? clearance)
  const before = roll(3) === 0 && left.asked.length > 0 ? pick(roll, left.asked).conversationId : null
  const started = await as(account, 'ask.start', {
    question: `What does the crate of gate ${gate} hold?${ticket === null ? '' : ` Ticket ${ticket}.`}`,
    ...(roll(2) === 0 ? { collection } : {}),
    ...(chosen === null ? {} : { label: chosen }),
    ...(before === null ? {} : { conversationId: before }),
    ...(roll(3) === 0 ? {} : { tier: 'datacenter' }),
  })
  if (started === null) return
  await finish(station, roll, started)
  left.asked.push(started)
  await settled(started.runId)
}

async function write(station: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { gate } = pick(roll, left.held)
  const started = await station.as(officer, 'runs.start', {
    agent: 'report-writer',
    input: { topic: `The crate of gate ${gate}` },
    ...(roll(2) === 0 ? {} : { label: meet(anyLabel(roll), station.ceiling) }),
  })
  if (started === null) return
  await finish(station, roll, { ...started, conversationId: null })
  left.asked.push({ ...started, conversationId: null })
}

/** Decides on what a run waits for until it waits no more. */
async function finish(station: LabelStation, roll: Dice, asked: Asked): Promise<void> {
  const { as, settled, count } = station
  for (let run = await settled(asked.runId); run.status === 'held'; run = await settled(asked.runId)) {
    const open = (await as(officer, 'approvals.list', { limit: 50 }))?.items.find(({ runId }) => runId === asked.runId)
    const shown = open === undefined ? null : await as(officer, 'approvals.get', { holdId: open.holdId })
    if (shown === null) return
    const { holdId, argumentsHash } = shown
    const decision = roll(3) === 0 ? 'approvals.reject' : 'approvals.approve'
    count(decision)
    const input = decision === 'approvals.approve' ? { holdId, argumentsHash } : { holdId, feedback: 'Not this.' }
    if ((await as(officer, decision, input)) === null) return
  }
  await lookAt(station, asked)
}

async function again(station: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { runId, conversationId } = pick(roll, left.asked)
  const account = pick(roll, station.accounts)
  const made = roll(2) === 0 ? await station.as(account, 'runs.fork', { runId, at: 0 }) : await station.as(account, 'runs.retry', { runId })
  if (made === null) return
  await finish(station, roll, { runId: made.id, conversationId })
  left.asked.push({ runId: made.id, conversationId })
}

const parts = (value: unknown): ReadonlyArray<{ readonly label: Label; readonly text: string }> =>
  typeof value !== 'object' || value === null
    ? []
    : [
        ...('label' in value && 'text' in value && typeof value.text === 'string'
          ? [{ label: value.label as Label, text: value.text }]
          : []),
        ...Object.values(value).flatMap(parts),
      ]

async function exportOne({ as, accounts, truth, wrong, count }: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { runId, conversationId } = pick(roll, left.asked)
  const [account, format] = [pick(roll, accounts), pick(roll, textFormats)]
  const paper =
    conversationId === null || roll(2) === 0
      ? await as(account, 'answers.export', { runId, format })
      : await as(account, 'conversations.export', { conversationId, format })
  if (paper === null) return
  const text = Buffer.from(paper.data, 'base64').toString('utf8')
  const seen = truth.check(text, covering(paper.label), (what) => wrong(`a paper of ${marking(paper.label)} holds ${what}`))
  if (!text.includes(marking(paper.label))) wrong(`a paper of ${marking(paper.label)} does not say so`)
  if (seen > 0) count(`words in ${format}`)
  if (format !== 'json') return
  for (const { label, text: part } of parts(JSON.parse(text)))
    truth.check(part, covering(label), (what) => wrong(`a portion of ${marking(label)} holds ${what}`))
}

async function read({ as, accounts }: LabelStation, roll: Dice, left: Left): Promise<void> {
  const account = pick(roll, accounts)
  const { documentId, collection, gate } = pick(roll, left.held)
  const asked = left.asked.length === 0 ? null : pick(roll, left.asked)
  const runId = asked?.runId ?? null
  const reads: ReadonlyArray<() => Promise<unknown>> = [
    () => as(account, 'search.query', { query: `crate gate ${gate}`, ...(roll(2) === 0 ? { collection } : {}) }),
    () => as(account, 'documents.list'),
    () => as(account, 'documents.blocks', { documentId }),
    () => as(account, 'passages.get', { passageId: `${documentId}.0` }),
    () => as(account, 'approvals.list', { isOpen: false }),
    ...['runs.list', 'conversations.list', 'steps.list', 'route.list', 'egress.list'].map((name) => () => as(account, name as 'runs.list')),
    ...(runId === null
      ? []
      : (['runs.get', 'ask.answer', 'runs.events', 'runs.replay'] as const).map((name) => () => as(account, name, { runId }))),
    ...(asked === null || asked.conversationId === null
      ? []
      : [() => as(account, 'conversations.get', { conversationId: asked.conversationId })]),
  ]
  await pick(roll, reads)()
}

/** A named person lowers a document, with a reason: what is true of it changes, and nothing else does. */
async function lower({ as, truth, ceiling }: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { documentId, word, collection } = pick(roll, left.held)
  const floor = left.floors.get(collection) ?? ceiling
  const label = join(meet(truth.labelOf(word), anyLabel(roll)), floor)
  if (!dominates(truth.labelOf(word), label)) return
  if ((await as(officer, 'documents.relabel', { documentId, label, reason: 'It was published.' })) !== null) truth.lower(word, label)
}

const operations = [...[importOne, ask, ask, ask, write, again, exportOne, exportOne, read, read, read, read, lower]] as const

export async function workThrough(station: LabelStation, roll: Dice, left: Left): Promise<void> {
  const { clear, ceiling } = station
  clear(meet(anyLabel(roll), ceiling), meet(anyLabel(roll), ceiling), pick(roll, ['ask', 'automatic']))
  for (let step = 2 + roll(5); step > 0; step--) {
    const operation = pick(roll, operations)
    const needs = operation === importOne ? 0 : operation === again || operation === exportOne ? left.asked.length : left.held.length
    await (operation !== importOne && needs === 0 ? importOne : operation)(station, roll, left)
  }
}
