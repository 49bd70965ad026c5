/** The ask agent over the real recall, inference and reflex. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DataSources } from '../domain/data-sources.ts'
import type { Digest } from '../domain/digest.ts'
import { ok } from '../domain/result.ts'
import type { Feed } from '../feed.ts'
import type { Services } from '../handlers/services.ts'
import { fields } from '../memory/cite.ts'
import { terms } from '../memory/lexical.ts'
import { answerReflexInTurns, blockSpans, reflexLimits } from '../models/reflex.ts'
import { type AskOptions, createAskAgent } from '../runs/ask.ts'
import type { DraftParts } from '../runs/draft.ts'
import type { Agent } from '../runs/loop.ts'

export type AskParts = Pick<Services, 'recall' | 'reader' | 'labels' | 'inference' | 'models' | 'ceiling' | 'collections'> &
  Pick<DraftParts, 'allowance' | 'redact' | 'goUp' | 'labelOf'> & { readonly feed: Feed }

/** Drafting over the real inference and the reflex, told to those who watch. */
export function draftParts({
  recall,
  reader,
  inference,
  models,
  feed,
  allowance,
  redact,
  goUp,
  labelOf,
}: Pick<AskParts, 'recall' | 'reader' | 'inference' | 'models' | 'feed' | 'allowance' | 'redact' | 'goUp' | 'labelOf'>): DraftParts {
  return {
    ...{ inference, allowance, redact, goUp, labelOf },
    heldBy: async (question) => {
      const counted = await reader.countTerms(terms(question))
      return counted.ok ? counted.value.counts : []
    },
    digestOf: (modelId): Digest | null => models.record(modelId)?.manifest.sha256 ?? null,
    quoteOnly: async (question, passages) => {
      const rarity = await recall.rarity(terms(question))
      if (!rarity.ok) return rarity
      const numbered = passages.map(({ file, heading, text, anchors }, i) => ({
        ...{ n: i + 1, file, heading, text },
        fields: fields(anchors),
        blocks: blockSpans(anchors),
      }))
      return ok(await answerReflexInTurns(question, numbered, { terms, rarity: rarity.value }, nextTurn))
    },
    live: {
      stage: feed.stage,
      text: feed.text,
      claim: (runId, index, { claims, citations }) => {
        const [claim] = claims
        if (claim !== undefined) feed.claim(runId, { index, claim, citations: [...citations] })
      },
    },
  }
}

/** `sources`: what the agent's definition lets it retrieve. */
export function askAgent(parts: AskParts, sources: DataSources, instructionsOf: AskOptions['instructionsOf']): Agent {
  const { recall, reader, labels, ceiling, collections } = parts
  const visible = () => labels.idsWithin(ceiling())
  return createAskAgent({
    ...draftParts(parts),
    instructionsOf,
    collectionOf: (name) => collections.byName(name)?.id,
    search: async ({ question, collection }, signal) => {
      const collections = collection === null ? null : [collection]
      const asked = { query: question, collections, labels: visible(), sources, count: reflexLimits.passagesMax }
      const found = await recall.search({ ...asked, signal })
      return found.ok ? ok(found.value.hits.map(({ passage }) => passage)) : found
    },
    readPassages: (passages) => reader.readPassages(passages, { collections: null, labels: visible(), sources }),
  })
}
