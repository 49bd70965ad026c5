/** Files of agents over invented content: checks and tries as far as a picture needs it. What a text says decides what is said of it. */
import type { AgentCheck } from '../../../main/contract/agents.ts'
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import { agentTemplate } from '../../../main/domain/agent-template.ts'
import type { AgentTrial, PromptSize, TrialStep } from '../../../main/domain/agent-trial.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { fail, type Result } from '../../../main/domain/result.ts'
import { cui } from './fixture-holdings.ts'
import { id } from './fixture-ids.ts'

type Answer<N extends CallName> = CallOutput<N> | Extract<Result<never>, { ok: false }>
type Answers = { [N in CallName]?: (input: CallInput<N>) => Answer<N> | Promise<Answer<N>> }

const unknown = fail('agent.unknown', 'There is no such file of an agent.', 'List the agents to see what there is.')
/** As long as one, and no hash of anything. */
const digestOf = (text: string): string => text.length.toString(16).padStart(64, '0')

const lineOf = (text: string, part: string): number | null =>
  text.includes(part) ? text.slice(0, text.indexOf(part)).split('\n').length : null

function check({ file, definition: text }: CallInput<'agents.check'>): AgentCheck {
  const name = /^name: *(\S+)/m.exec(text)?.[1] ?? null
  if (text.includes('\t') || /: \[[^\]\n]*\n/.test(text))
    return {
      ...{ name: null, isOffered: false, faults: [] },
      refused: { code: 'agent.not_yaml', message: 'It is not YAML: missing char.', line: lineOf(text, ': ['), field: null },
    }
  const other = name !== null && !file.startsWith(`${name}.`) && !file.endsWith('.local.yaml')
  const refused = other
    ? {
        code: 'agent.other_name',
        message: `The file is called ${file}, and its agent ${name}.`,
        line: lineOf(text, 'name:'),
        field: 'name',
      }
    : null
  const faults: AgentCheck['faults'] = []
  if (text.includes('teleport'))
    faults.push({
      code: 'agent.unknown_tool',
      severity: 'blocks',
      field: 'tools',
      message: 'There is no tool teleport.',
      line: lineOf(text, 'tools:'),
    })
  if (/responsibility: .* and /.test(text))
    faults.push({
      ...{ code: 'agent.several_responsibilities', severity: 'blocks', field: 'responsibility', line: lineOf(text, 'responsibility:') },
      message: 'It answers for several things: say one in one sentence without "and".',
    })
  if (text.includes('append_note]'))
    faults.push({
      ...{ code: 'agent.effect_offered', severity: 'warns', field: 'offers', line: lineOf(text, 'offers:') },
      message: 'append_note changes something, and this agent only reads.',
    })
  if (!file.endsWith('.local.yaml'))
    faults.push({
      ...{ code: 'agent.prompt_short', severity: 'advises', field: 'prompts.gather', line: lineOf(text, 'prompts:') },
      message: 'The prompt has about 212 tokens; 300 to 800 are recommended.',
    })
  return { name, isOffered: refused === null && faults.every(({ severity }) => severity !== 'blocks'), refused, faults }
}

const size = (tokens: number, isOver = false): PromptSize => ({
  ...{ tokens, contextTokens: 8_192, share: tokens / 8_192, band: tokens > 3_276 ? 'warning' : tokens > 1_638 ? 'good' : 'optimal' },
  ...{ isOver, leftOut: 0 },
})
const step = (ordinal: number, about: Pick<TrialStep, 'kind' | 'name'> & Partial<TrialStep>): TrialStep => ({
  ...{ ordinal, stepId: id('stp', 400 + ordinal), state: 'same', says: [], call: null, context: null },
  ...about,
})
const made = { mayBeMade: true, neededPerson: false, needsPerson: false, documents: 0, denied: 0 }

function trial({ definition: text, runId }: CallInput<'agents.try'>): AgentTrial {
  const about = { runId, name: 'harbour-watch', agent: 'research', label: cui }
  const start = { refusal: null, prefetch: { isSame: true, added: [], left: [], changed: [] } }
  if (text.includes('isRequired: true, charsMax: 20'))
    return {
      ...{ ...about, verdict: 'not_started', differsAt: null, steps: [], end: null, unjudged: 0 },
      summary: 'The run would not have begun: The agent was not started: depth is missing.',
      start: { ...start, refusal: 'The agent was not started: depth is missing.' },
    }
  const isOther = text.includes('stepsMax: 4')
  const choice = size(1_204)
  const steps = [
    step(0, { kind: 'tool', name: 'search_holdings', call: { ...made, documents: 6 } }),
    step(1, { kind: 'model', name: 'edge', context: { before: choice, now: choice, isEstimated: false } }),
    step(2, { kind: 'tool', name: 'read_document', call: { ...made, documents: 1 } }),
    step(3, {
      kind: 'tool',
      name: 'cross_boundary',
      state: 'unjudged',
      says: ['It was done on another machine; what was sent there is not built anew.'],
    }),
    isOther
      ? step(4, {
          ...{ kind: 'model', name: 'edge', state: 'differs', context: { before: choice, now: size(3_420, true), isEstimated: true } },
          says: [
            'What a model would be shown does not fit under the limit of its window.',
            'It would draft without a model here.',
            'As many steps as it may take are taken.',
          ],
        })
      : step(4, { kind: 'model', name: 'edge', context: { before: choice, now: choice, isEstimated: false } }),
    step(5, { kind: 'tool', name: 'write_file', call: { ...made, neededPerson: true, needsPerson: true } }),
  ]
  const unsaid = ' Nothing can be said of 1 of 6 steps.'
  if (isOther)
    return {
      ...{ ...about, verdict: 'differs', differsAt: 4, steps, unjudged: 1 },
      summary: `It differs at step 5: What a model would be shown does not fit under the limit of its window.${unsaid}`,
      start: { refusal: null, prefetch: { isSame: false, added: ['list_documents'], left: [], changed: [] } },
      end: { state: 'differs', says: ['It would leave another result.'] },
    }
  return {
    ...{ ...about, verdict: 'same', differsAt: null, start, steps, unjudged: 1, end: { state: 'same', says: [] } },
    summary: `It would have done the same in all 5 steps.${unsaid}`,
  }
}

const watch = agentTemplate('harbour-watch', 'Harbour watch')

export function editorAnswers(isEmpty: boolean): Answers {
  const files = new Map<string, string>(isEmpty ? [] : [['harbour-watch.yaml', watch]])
  let saves = 0
  const textOf = (file: string): Answer<'agents.text'> => {
    const [own, product] = [files.get(file), file === 'research.yaml' ? agentTemplate('research', 'Research') : undefined]
    const text = own ?? product
    if (text === undefined) return unknown
    return {
      file,
      origin: own === undefined ? 'product' : 'site',
      text,
      digest: digestOf(text),
      label: own === undefined ? unclassified : cui,
    }
  }
  return {
    'agents.text': ({ file }) => textOf(file),
    'agents.check': check,
    'agents.try': trial,
    'agents.save': ({ file, text, expected }) => {
      saves += 1
      const held = files.get(file)
      if ((held === undefined ? null : digestOf(held)) !== expected)
        return fail(
          'agent.changed_meanwhile',
          'The file was changed or removed since it was opened.',
          'Open it again to see what stands there now.',
        )
      // Somebody else is quicker, once.
      if (text.includes('# quicker') && saves === 1) {
        files.set(file, `${held}# Written by somebody else.\n`)
        return fail(
          'agent.changed_meanwhile',
          'The file was changed or removed since it was opened.',
          'Open it again to see what stands there now.',
        )
      }
      files.set(file, text)
      return textOf(file)
    },
    'agents.remove': ({ file }) => {
      files.delete(file)
      return { file }
    },
  }
}
