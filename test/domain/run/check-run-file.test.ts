/** Files of runs that were made or changed by someone: each is refused with a code that says what is wrong and where. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../main/domain/canonical-json.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { type CarriedEvent, type RunFile, runFileLimits } from '../../../main/domain/run/run-file.ts'
import { chainedAnew, checkRecorded, parseRecorded, recordedRun } from '../../support/recorded-runs.ts'

const report = recordedRun('report-approved').text
const codeOf = (text: string): string | null => {
  const checked = checkRecorded(text)
  if (checked.ok) return null
  expect([checked.error.message.endsWith('.'), checked.error.hint.endsWith('.')]).toEqual([true, true])
  return checked.error.code
}
const messageOf = (text: string): string => {
  const checked = checkRecorded(text)
  return checked.ok ? '' : checked.error.message
}

type Loose = { [Key in keyof RunFile]: RunFile[Key] }

/** The file with something changed, in canonical form. */
function changed(change: (file: Loose) => unknown): string {
  const file = parseRecorded(report)
  change(file)
  return canonicalJson(file)
}

/** The same, by someone who knows how the chain is made. */
const forged = (change: (events: CarriedEvent[]) => unknown): string => chainedAnew(report, (file) => change(file.events))

const each = (events: CarriedEvent[], change: (event: CarriedEvent) => unknown) => {
  for (const event of events) change(event)
}
/** Changes the first event of a type. */
const edit = (events: CarriedEvent[], type: string, change: (event: Record<string, unknown>) => unknown) => {
  const found = events.find(({ event }) => event.type === type)
  if (found === undefined) throw new Error(`no ${type}`)
  // The test writes what the type forbids.
  change(found.event as unknown as Record<string, unknown>)
}

test('RUN-14 the file as it was recorded is taken', () => {
  expect(codeOf(report)).toBeNull()
  expect(codeOf(changed(() => undefined))).toBeNull()
  expect(codeOf(forged(() => undefined))).toBeNull()
})

describe('an import is refused when it', () => {
  test.each<[what: string, text: string, code: string]>([
    ['is empty', '', 'runfile.not_json'],
    ['is no JSON', 'format: holdfast.run', 'runfile.not_json'],
    ['was cut off', report.slice(0, -1), 'runfile.not_json'],
    ['goes on behind its end', `${report} {}`, 'runfile.not_json'],
    ['is something else', '{"format":"other"}', 'runfile.other_format'],
    ['is a list', '[]', 'runfile.other_format'],
    ['is null', 'null', 'runfile.other_format'],
    ['is of another version', changed((file) => Object.assign(file, { version: 2 })), 'runfile.other_version'],
    ['has a key that no file has', changed((file) => Object.assign(file, { note: '' })), 'runfile.bad_shape'],
    ['has a key that every object has', report.replace('{"bodies"', '{"__proto__":{},"bodies"'), 'runfile.bad_shape'],
    ['has no events', changed((file) => Object.assign(file, { events: [] })), 'runfile.bad_shape'],
    ['was written anew', `${report}\n`, 'runfile.not_canonical'],
    ['was laid out for reading', JSON.stringify(parseRecorded(report), null, 2), 'runfile.not_canonical'],
    ['says a key twice', report.replace('{"bodies"', '{"version":1,"bodies"'), 'runfile.not_canonical'],
    ['lacks an event', changed((file) => void file.events.splice(3, 1)), 'runfile.broken_chain'],
    [
      'has two events in another order',
      changed((file) => void file.events.splice(3, 2, ...file.events.slice(3, 5).reverse())),
      'runfile.broken_chain',
    ],
    ['ends early', changed((file) => void file.events.pop()), 'runfile.not_ended'],
    [
      'has an event of another actor',
      changed(({ events }) => Object.assign(events[2]?.actor ?? {}, { account: 'x' })),
      'runfile.broken_chain',
    ],
    ['lacks a text', changed((file) => void file.bodies.pop()), 'runfile.missing_text'],
    ['has another text', changed(({ bodies }) => Object.assign(bodies[1] ?? {}, { text: 'x' })), 'runfile.other_text'],
    ['has another salt', changed(({ bodies }) => Object.assign(bodies[1] ?? {}, { salt: '0'.repeat(64) })), 'runfile.other_text'],
    ['brings a text twice', changed(({ bodies }) => void bodies.push(...bodies.slice(0, 1))), 'runfile.double_id'],
    [
      'says that a text it brings was purged',
      changed(({ bodies, purged }) => void purged.push(bodies[0]?.body ?? '')),
      'runfile.unused_text',
    ],
    ['brings a text of nobody', changed(({ purged }) => void purged.push(`bdy_${'0'.repeat(26)}`)), 'runfile.unused_text'],
    ['has another shard', changed(({ shard }) => Object.assign(shard, { agent: 'ask' })), 'runfile.other_shard'],
    [
      'has a decision that nobody made',
      changed(({ decisions }) => Object.assign(decisions[0] ?? {}, { by: 'someone' })),
      'runfile.other_decisions',
    ],
    ['lacks a decision', changed((file) => Object.assign(file, { decisions: [] })), 'runfile.other_decisions'],
    [
      'has a passage too many',
      changed(({ passages }) => void passages.push({ id: `doc_${'0'.repeat(26)}.1`, digest: null })),
      'runfile.other_passages',
    ],
    [
      'has a model of nobody',
      changed(({ models }) => void models.push({ id: `mdl_${'0'.repeat(26)}`, name: null, digest: null })),
      'runfile.other_models',
    ],
  ])('%s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  test('has more events than a run may have, without looking at them', () => {
    const file = { format: 'holdfast.run', version: 1, events: new Array(runFileLimits.eventsMax + 1).fill(0) }
    expect(codeOf(JSON.stringify(file))).toBe('runfile.too_many_events')
  })
  test('nests deeper than any file does', () => {
    const depth = 100_000
    expect(codeOf(`{"format":"holdfast.run","version":1,"events":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toBe('runfile.bad_shape')
  })
})

describe('a file that someone chained anew is still refused when it', () => {
  test.each<[what: string, text: string, code: string]>([
    [
      'approves what was not asked for',
      forged(
        (events) =>
          void events.splice(
            events.findIndex(({ event }) => event.type === 'hold.opened'),
            1,
          ),
      ),
      'runfile.unknown_hold',
    ],
    [
      'dispatches a call that it did not propose',
      forged(
        (events) =>
          void events.splice(
            events.findIndex(({ event }) => event.type === 'tool.proposed'),
            1,
          ),
      ),
      'runfile.impossible',
    ],
    ['begins in the middle', forged((events) => void events.shift()), 'runfile.impossible'],
    [
      'ends with a call open',
      forged(
        (events) =>
          void events.splice(
            events.findLastIndex(({ event }) => event.type === 'tool.succeeded'),
            1,
          ),
      ),
      'runfile.impossible',
    ],
    [
      'names the step of another place',
      forged((events) => edit(events, 'tool.proposed', (event) => Object.assign(event, { ordinal: 7 }))),
      'runfile.impossible',
    ],
    [
      'names a hold that is not its own',
      forged((events) => edit(events, 'tool.approval_requested', (event) => Object.assign(event, { holdId: `hld_${'0'.repeat(26)}` }))),
      'runfile.unknown_hold',
    ],
    ['mixes two runs', forged((events) => Object.assign(events[4] ?? {}, { stream: `run_${'0'.repeat(26)}` })), 'runfile.other_run'],
    [
      'belongs to another tenant',
      forged((events) => each(events, (event) => Object.assign(event, { tenant: 'other' }))),
      'runfile.other_tenant',
    ],
    [
      'names a time that no date has',
      forged((events) => edit(events, 'run.queued', (event) => Object.assign(event, { atMs: Number.MAX_SAFE_INTEGER }))),
      'runfile.bad_time',
    ],
    [
      'has used more than can be counted',
      forged((events) =>
        each(events, ({ event }) => ('settled' in event ? Object.assign(event.settled, { tokens: Number.MAX_SAFE_INTEGER }) : null)),
      ),
      'runfile.impossible',
    ],
    [
      'says that it was carried before',
      forged(
        (events) =>
          void events.push({
            ...(events.at(-1) as CarriedEvent),
            event: { type: 'run.imported', file: { alg: 'sha256', value: '0'.repeat(64) }, atMs: 1 },
          }),
      ),
      'runfile.not_original',
    ],
    [
      'lowers its label on the way',
      forged((events) => Object.assign(events[0] ?? {}, { label: { ...unclassified, dissemination: ['FED ONLY'] } })),
      'label.above_ceiling',
    ],
    [
      'has a label in a form of its own',
      forged((events) => each(events, (event) => Object.assign(event, { label: { ...unclassified, categories: ['SI', 'CUI'] } }))),
      'runfile.bad_label',
    ],
    [
      'is labelled above the ceiling',
      forged((events) => Object.assign(events.at(-1) ?? {}, { label: { ...unclassified, level: 'secret' } })),
      'label.above_ceiling',
    ],
    [
      'holds a text above the ceiling',
      changed(({ bodies }) => Object.assign(bodies[0] ?? {}, { label: { ...unclassified, level: 'secret' } })),
      'label.above_ceiling',
    ],
    [
      'points at one text with two commitments',
      forged((events) =>
        edit(events, 'tool.proposed', (event) =>
          Object.assign((event.input as { commitment: object }).commitment, { value: '0'.repeat(64) }),
        ),
      ),
      'runfile.other_text',
    ],
  ])('%s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  test('brings a step twice, which would write over the first', () => {
    const text = forged((events) => {
      const proposals = events.filter(({ event }) => event.type === 'tool.proposed')
      const [first, second] = proposals.map(({ event }) => event as unknown as { stepId: string })
      if (second === undefined || first === undefined) throw new Error('the recording has one call only')
      second.stepId = first.stepId
    })
    expect(codeOf(text)).toBe('runfile.double_id')
  })
})

test('a refusal names the place, and repeats nothing of the text', () => {
  expect(messageOf(changed(({ events }) => Object.assign(events[3] ?? {}, { at: 'yesterday' })))).toContain('events.3.at')
  expect(messageOf(changed(({ events }) => void events.splice(3, 1)))).toContain('Event 5')
  expect(messageOf(changed((file) => Object.assign(file, { 'nightjar at dawn': 1 })))).not.toContain('nightjar')
  expect(messageOf('{"nightjar": ')).not.toContain('nightjar')
})

/** Where something stands in a tree of JSON, as its keys. */
function placesIn(value: unknown, at: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at]
  const keys: readonly (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [at, ...keys.flatMap((key) => placesIn((value as Record<string | number, unknown>)[key], [...at, key]))]
}

test('no change of one place in the events or the texts is ever taken, and none makes the check throw', () => {
  const places = placesIn(parseRecorded(report)).filter(([top]) => top === 'events' || top === 'bodies')
  const strange = fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.constantFrom('', 0, -1, 1e308, null, [], {}, 'constructor'))
  fc.assert(
    fc.property(fc.constantFrom(...places), strange, (place, value) => {
      const file: unknown = JSON.parse(report)
      const key = place.at(-1) ?? ''
      const parent = place.slice(0, -1).reduce<unknown>((node, part) => (node as Record<string | number, unknown>)[part], file)
      const holder = parent as Record<string | number, unknown>
      fc.pre(JSON.stringify(holder[key]) !== JSON.stringify(value))
      if (value === undefined && !Array.isArray(holder)) delete holder[key]
      else holder[key] = value ?? null
      fc.pre(canonicalJson(file) !== report)
      expect(codeOf(canonicalJson(file))).not.toBeNull()
    }),
    { numRuns: 400 },
  )
})

test('no change of the bytes is ever taken for another run', () => {
  const bytes = Buffer.from(report)
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 127 }), (at, flip) => {
      const other = Buffer.from(bytes)
      other[at] = (other[at] ?? 0) ^ flip
      const checked = checkRecorded(other.toString('utf8'))
      // What stands beside the record, such as the engine's build, is not sealed.
      if (checked.ok) expect(checked.value.file.events).toEqual(parseRecorded(report).events)
      if (checked.ok) expect(checked.value.file.bodies).toEqual(parseRecorded(report).bodies)
    }),
    { numRuns: 300 },
  )
})
