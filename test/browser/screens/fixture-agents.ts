/** Invented agents, files that are refused, and packs; and the tools that agents may be given. */
import type { AgentDetail, AgentPack, AgentSummary, RefusedAgent, ToolSummary } from '../../../main/contract/agents.ts'
import type { CallInput, CallOutput } from '../../../main/contract/calls.ts'
import { defaultBudget } from '../../../main/domain/budget.ts'
import { sameLabel, unclassified } from '../../../main/domain/label.ts'
import { fail, type Result } from '../../../main/domain/result.ts'
import { cui } from './fixture-holdings.ts'

const reading = ['search_holdings', 'read_document', 'read_passage', 'list_documents', 'table_query', 'calculate']
const topic = { name: 'topic', title: 'What to find out', kind: 'text', isRequired: true, charsMax: 500 } as const

const agent = (change: Partial<AgentSummary> & Pick<AgentSummary, 'name' | 'title' | 'responsibility'>): AgentSummary => ({
  ...{ summary: 'Searches and reads your documents and hands on what they say, each time with the words it rests on.', level: 4 },
  ...{ output: 'findings', origin: 'product', isNarrowed: false, input: [topic], tools: [...reading, 'ask_human'] },
  ...{ budget: { ...defaultBudget, modelCallsMax: 14, toolCallsMax: 14 }, stepsMax: 12, label: unclassified },
  ...change,
})

const posts = ['pier', 'mooring', 'channel', 'tide', 'pilot', 'customs', 'crew', 'cargo', 'weather', 'buoy'] as const
const works = ['watch', 'ledger', 'digest', 'notices'] as const
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const agents: readonly AgentSummary[] = [
  agent({
    ...{ name: 'ask', title: 'Ask', summary: 'Answers one question from your documents, with quotes that were checked.', stepsMax: 4 },
    ...{ responsibility: 'Answers one question from the documents.', level: 3, output: 'answer', tools: ['search_holdings'] },
    ...{ budget: defaultBudget, input: [{ ...topic, name: 'question', title: 'Question', charsMax: 2_000 }] },
  }),
  agent({
    ...{ name: 'report-writer', title: 'Report writer', stepsMax: 20, level: 3, output: 'report' },
    summary: 'Searches and reads your documents, drafts a cited report, and asks you before it writes the file.',
    responsibility: 'Writes one report in which every sentence has its source.',
    input: [
      { name: 'task', title: 'What the report is about', kind: 'text', isRequired: true, charsMax: 2_000 },
      { name: 'collection', title: 'Only from this collection', kind: 'text', isRequired: false, charsMax: 100 },
    ],
    tools: [...reading, 'append_note', 'ask_human', 'request_human_approval', 'write_file'],
    budget: { ...defaultBudget, tokensMax: 12_000, modelCallsMax: 12, toolCallsMax: 16, durationMsMax: 480_000 },
  }),
  agent({ name: 'research', title: 'Research', responsibility: 'Finds what the documents say about one topic.' }),
  agent({
    ...{ name: 'compare', title: 'Compare', responsibility: 'Sets what two documents say about one topic side by side.', isNarrowed: true },
    input: [
      topic,
      { name: 'first', title: 'The one document', kind: 'document', isRequired: true, charsMax: 200 },
      { name: 'second', title: 'The other document', kind: 'document', isRequired: true, charsMax: 200 },
    ],
  }),
  agent({
    name: 'plan',
    title: 'Plan',
    responsibility: 'Divides one goal into tasks.',
    output: 'plan',
    level: 0,
    tools: ['search_holdings'],
  }),
  agent({
    ...{ name: 'berths', title: 'Berths of the harbour office', origin: 'site', label: cui },
    responsibility: 'Says which berth a vessel of given length, beam and draught can be given on a day of the week that somebody names.',
  }),
  ...posts.flatMap((post) =>
    works.map((work) =>
      agent({
        ...{ name: `${post}-${work}`, title: `${capital(post)} ${work}`, origin: 'site' },
        responsibility: `Keeps one ${work} of the ${post}.`,
      }),
    ),
  ),
]

const tool = (name: string, summary: string, change: Partial<ToolSummary> = {}): ToolSummary => ({
  ...{ name, summary, effect: 'read', risk: 'read', needsApproval: false, breaker: 'closed', failuresInRow: 0 },
  ...change,
})
const tools: readonly ToolSummary[] = [
  tool('search_holdings', 'Find passages in the documents by a question or by words'),
  tool('read_document', 'Read a document by its id, block by block (headings, paragraphs, rows)', { failuresInRow: 2 }),
  tool('read_passage', 'Read a passage by its id'),
  tool('table_query', 'Query one table document (CSV) with a single SELECT', { breaker: 'open', failuresInRow: 5 }),
  tool('calculate', 'Calculate an expression', { risk: 'compute', breaker: 'half_open', failuresInRow: 6 }),
  tool('append_note', 'Add a line to the notes of this run', { effect: 'idempotent', risk: 'note' }),
  tool('ask_human', 'Ask a person a question, and wait for the answer', { risk: 'human' }),
  tool('write_file', 'Write a text file into the folder of this run, in place of what stands there', {
    ...{ effect: 'idempotent', risk: 'write', needsApproval: true },
  }),
]

export const refused: readonly RefusedAgent[] = [
  {
    ...{ file: 'harbour-watch.yaml', code: 'agent.several_responsibilities', line: null, field: 'responsibility', label: unclassified },
    message: 'It answers for several things: say one in one sentence without "and".',
  },
  { file: 'tides.yaml', code: 'agent.malformed', message: 'stepsMax: Too big.', line: 31, field: 'stepsMax', label: cui },
  {
    ...{ file: 'summarise.local.yaml', code: 'agent.override_widens', line: null, field: 'budget.tokensMax', label: unclassified },
    message: 'budget.tokensMax gives more than the agent has; it may only take away.',
  },
  { file: 'o\u202elmay.yaml', code: 'agent.not_yaml', message: 'It is not YAML: bad indent.', line: 4, field: null, label: unclassified },
]

const runbook = `## Use it for
One question of a larger piece of work, where somebody else goes on with what it found.

## It leaves
Findings: claims with verified quotes, **at most 5,000 tokens**. See [runs](runs.md), and not [elsewhere](https://harbour.example/).

## When it goes wrong
- No claims: nothing found supports any. Ask with other words.
- Too much at once: give each part to a run of its own.

\`\`\`
holdfast runs list --agent research
\`\`\`

<img src=x onerror=alert(1)> is text here, and so is \u202e what turns its order.
`

const details = (of: AgentSummary): AgentDetail => {
  const own = of.name === 'compare' ? 'research' : of.name
  const isBare = of.name === 'plan'
  return {
    ...of,
    offers: isBare ? [] : of.tools.filter((name) => name !== 'write_file'),
    writes: of.output === 'report' ? ['*.md', '*.txt', '*.csv', '*.json'] : [],
    allowedDataSources: of.name === 'berths' ? ['Harbour case', 'Berths/*.csv'] : ['*'],
    deniedDataSources: of.name === 'berths' ? ['Harbour case/crew-*'] : [],
    prompts: isBare
      ? []
      : [
          { use: 'gather', agent: own, prompt: 'gather' },
          { use: 'draft', agent: own, prompt: 'draft' },
        ],
    runbook,
    faults:
      of.name === 'berths'
        ? [
            {
              ...{ code: 'agent.effect_offered', severity: 'warns', field: 'offers' },
              message: 'append_note changes something, and this agent only reads.',
            },
            {
              ...{ code: 'agent.prompt_short', severity: 'advises', field: 'prompts.draft' },
              message: 'The prompt has about 152 tokens; 300 to 800 are recommended.',
            },
          ]
        : [],
  }
}

const pack: AgentPack = {
  ...{ name: 'harbour', version: '1.2.0', description: 'Agents of the harbour office, and the words that lead them.' },
  ...{ author: 'Harbour office', license: 'MIT', agents: ['berths'], workflows: ['arrival'], label: cui },
}

/** How many agents there are: all of them, or the first alone. */
export const agentAnswers = ({ isEmpty, isOne }: { readonly isEmpty: boolean; readonly isOne: boolean }) => {
  const list: CallOutput<'agents.list'> = {
    items: isEmpty ? [] : isOne ? agents.slice(0, 1) : [...agents],
    refused: isEmpty || isOne ? [] : [...refused],
  }
  return {
    'tools.list': (): CallOutput<'tools.list'> => ({ items: [...tools] }),
    'agents.list': () => list,
    'agents.reload': () => list,
    'agents.packs': (): CallOutput<'agents.packs'> => ({ items: isEmpty || isOne ? [] : [pack] }),
    'agents.get': ({ agent: name }: CallInput<'agents.get'>): AgentDetail | Extract<Result<never>, { ok: false }> => {
      const found = list.items.find((one) => one.name === name)
      return found === undefined
        ? fail('agent.unknown', 'There is no such agent.', 'List the agents to see what there is.')
        : details(found)
    },
    /** A pack is taken under the lowest label alone. */
    'agents.install': ({ label }: CallInput<'agents.install'>): AgentPack | Extract<Result<never>, { ok: false }> =>
      label !== undefined && sameLabel(label, unclassified)
        ? { ...pack, label }
        : fail('pack.needs_other', 'The pack needs holdfast 2.0.0 or later, and 1.3.0 is here.', 'Install what it needs first.'),
  }
}
