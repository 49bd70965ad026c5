/** English function words, which say nothing about what a question is looking for. Dropped from questions, never from the index. */
const list = `
a about above after again against all also am an and any are aren't as at be because been before being below between both but by
can can't cannot could couldn't did didn't do does doesn't doing don't down during each either else ever every few for from further
get got had hadn't has hasn't have haven't having he her here hers herself him himself his how however i if in into is isn't it its
itself just kind least less let like made make many may me might more most much must my myself neither no nor not of off on once only
onto or other ought our ours ourselves out over own per please quite rather same shall she should shouldn't since so some such tell
than that the their theirs them themselves then there therefore these they this those through thus to too toward towards under unless
until up upon us use used using very via was wasn't we were weren't what whatever when whenever where whether which while who whom
whose why will with within without won't would wouldn't yet you your yours yourself yourselves
`
/** Lower case, without apostrophes, as words are after folding. */
export const stopWords: ReadonlySet<string> = new Set(
  list
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replaceAll("'", '')),
)
