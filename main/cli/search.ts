/** `holdfast search "QUERY"`: ranked passages, and why each ranks there. */
import type { CommandOutput } from '../contract/cli.ts'
import { describeLocator } from '../domain/locator.ts'
import { ok, type Result } from '../domain/result.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const snippetCharsMax = 200

export async function search(
  core: CommandCore,
  query: string,
  { collection, top }: { readonly collection?: string; readonly top?: number },
): Promise<Result<Spoken<CommandOutput<'search'>>>> {
  const found = await core.call('search.query', {
    query,
    ...(collection === undefined ? {} : { collection }),
    ...(top === undefined ? {} : { top }),
  })
  if (!found.ok) return found
  const { hits, embedder, vectorSearch, tookMs } = found.value
  const lines = hits.flatMap(({ rank, file, locator, text, trace, score }) => [
    `${String(rank).padStart(3)}. ${plain(file)}, ${describeLocator(locator)}`,
    `     ${plain(text).slice(0, snippetCharsMax)}`,
    `     ${score.toFixed(4)} = ${trace.map((stage) => `${stage.stage} ${stage.rank === null ? 'not found' : `#${stage.rank}`} (${stage.contribution.toFixed(4)})`).join(' + ')}`,
  ])
  const foot = `${hits.length} passages in ${tookMs.toFixed(0)} ms; ${embedder} embedder, ${vectorSearch} vector search.`
  return ok({ value: found.value, lines: [...lines, foot] })
}
