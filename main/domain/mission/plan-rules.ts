/**
 * What a part of a goal asks for by rule: two documents that it names are compared, one is summarised or looked through, where its words
 * say so; everything else is researched. Pure.
 */
import type { PlannableAgent } from './check-plan.ts'
import type { PlannedShard } from './plan.ts'
import { namedIn } from './plan-documents.ts'

/** Of a field that is written by rule, or by a model. */
export const taskFieldCharsMax = 500

export type PlannedTask = Pick<PlannedShard, 'title' | 'agent' | 'input'>

const asks = {
  compare: /\b(?:compar\w*|differ\w*|agree\w*|disagree\w*|contradict\w*|reconcil\w*|versus|vs)\b/i,
  'redact-review': /\b(?:redact\w*|saniti[sz]\w*|hand(?:ed|ing)?\s+(?:on|over)|pass(?:ed|ing)?\s+on)\b/i,
  summarise: /\b(?:summar\w*|gist|overview)\b/i,
} as const

/** Words around a topic that are none of it. */
const around = new Set(
  `a about against agree agrees an and are as between both by compare compared comparing comparison contradict did differ difference
   differences disagree do does document documents each file files find for from give gist how in is it its make me of on other overview
   please reconcile regard regarding say says summarise summarised summarize summary that the their they this to two versus vs was were
   what whether where which with write`.split(/\s+/),
)
const bare = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** What a part is about besides the documents that it names; empty where it says nothing more. */
export function topicOf(part: string, names: readonly string[]): string {
  const rest = names.reduce((text, name) => {
    const at = text.toLowerCase().indexOf(name.toLowerCase())
    return at < 0 ? text : `${text.slice(0, at)} ${text.slice(at + name.length)}`
  }, part)
  const words = rest.split(/\s+/).filter((word) => bare(word) !== '')
  const isTopic = (word: string): boolean => !around.has(bare(word))
  const first = words.findIndex(isTopic)
  return first < 0
    ? ''
    : words
        .slice(first, words.findLastIndex(isTopic) + 1)
        .join(' ')
        .replace(/[\s.,;:!?]+$/, '')
}

/** Whether there is such an agent, and these fields are all that it needs. */
function takes(agents: readonly PlannableAgent[], name: string, fields: readonly string[]): boolean {
  const input = agents.find((agent) => agent.name === name)?.input
  if (input === undefined) return false
  const isGiven = input.every((field) => !field.isRequired || field.default !== null || fields.includes(field.name))
  return isGiven && fields.every((field) => input.some((known) => known.name === field))
}

/** At least one task. `names`: documents that were shown. */
export function tasksOf(part: string, names: readonly string[], agents: readonly PlannableAgent[]): readonly PlannedTask[] {
  const research: PlannedTask = { title: part, agent: 'research', input: { topic: part.slice(0, taskFieldCharsMax) } }
  const named = namedIn(part, names)
  const [first, second] = named
  if (first === undefined) return [research]
  const topic = topicOf(part, named).slice(0, taskFieldCharsMax)
  const each = (agent: string, title: string, more: Readonly<Record<string, string>> = {}): readonly PlannedTask[] =>
    takes(agents, agent, ['document', ...Object.keys(more)])
      ? named.map((document) => ({ title: `${title} ${document}`, agent, input: { document, ...more } }))
      : [research]
  if (asks.compare.test(part) && second !== undefined && named.length === 2) {
    // Without a topic there is nothing to compare by rule: what each says is put side by side.
    if (topic === '') return each('summarise', 'What stands in')
    return takes(agents, 'compare', ['topic', 'first', 'second'])
      ? [{ title: part, agent: 'compare', input: { topic, first, second } }]
      : [research]
  }
  if (asks['redact-review'].test(part)) return each('redact-review', 'What may not be handed on in')
  if (asks.summarise.test(part)) return each('summarise', 'What stands in', topic === '' ? {} : { focus: topic })
  return [research]
}
