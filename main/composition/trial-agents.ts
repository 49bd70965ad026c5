/**
 * Makes agents that may only say what they want. They read the real holdings as a run does, as far as whoever started it may; a model, a
 * tool, another machine and those who watch are replaced by what does nothing, so that nothing could be done even where a rule let it.
 */
import { fail, ok } from '../domain/result.ts'
import type { TrialAgent } from '../handlers/agent-desk.ts'
import type { DraftParts } from '../runs/draft.ts'
import type { AnyTool } from '../tools/tool.ts'
import { type AgentParts, agentMaker } from './agents.ts'
import { type AskParts, askAgent } from './ask.ts'
import type { Reach } from './reach.ts'

const notDone = async () => fail('run.probed', 'The run is only looked at.', 'Start it to have it done.')

const inert = (tool: AnyTool): AnyTool => ({
  ...tool,
  preview: async () => ok({ summary: '', diff: null, undo: null }),
  perform: notDone,
})

const staysHere: DraftParts['goUp'] = async () => ok({ kind: 'stays', route: null, fellBack: null, couldGo: () => false })
const unwatched = { stage: () => undefined, text: () => undefined, claim: () => undefined }

export function createTrialAgents({
  agentParts,
  askParts,
  reach,
}: {
  readonly agentParts: AgentParts
  readonly askParts: AskParts
  readonly reach: Reach
}): TrialAgent {
  return (definition, { atMs, countTokens, allowance }, promptOf) => {
    const alone = { goUp: staysHere, allowance: () => allowance }
    const inference = { chat: notDone, countTokens }
    if (definition.output === 'answer') {
      const parts = { ...askParts, ...alone, inference: { ...askParts.inference, ...inference }, feed: { ...askParts.feed, ...unwatched } }
      return reach.bounded(
        askAgent(parts, definition, (run) => {
          const text = promptOf(run, 'draft')
          return text.ok ? ok(text.value ?? '') : text
        }),
      )
    }
    const make = agentMaker({
      ...agentParts,
      draft: { ...agentParts.draft, ...alone, inference, live: unwatched },
      breakers: { admit: () => true, succeeded: () => undefined, failed: () => undefined },
      checks: { verdictOn: async () => ({ isAllowed: true }) },
      writeTurn: () => 'go',
      deadline: () => null,
      findTool: (name) => {
        const tool = agentParts.findTool(name)
        return tool === null ? null : inert(tool)
      },
      clock: () => atMs,
      promptOf: (_definition, run, use) => promptOf(run, use),
    })
    return reach.bounded(make(definition))
  }
}
