/** Weighted reciprocal-rank fusion with its trace: what each stage added to a passage's score, so that the parts sum to the whole. */

/** One stage's list, best first. */
export interface Stage {
  readonly stage: 'bm25' | 'vector'
  readonly weight: number
  readonly hits: ReadonlyArray<{ readonly passage: number; readonly score: number }>
}

/** Null rank and score: the stage did not find the passage, and added nothing. */
export interface StageTrace {
  readonly stage: 'bm25' | 'vector'
  readonly rank: number | null
  readonly score: number | null
  readonly contribution: number
}

export interface Fused {
  readonly passage: number
  readonly score: number
  readonly trace: readonly StageTrace[]
}

/** The constant of Cormack, Clarke and Büttcher (SIGIR 2009), which keeps first places from drowning the rest. */
const rankConstant = 60

/** Sorted by score; ties by passage. */
export function fuse(stages: readonly Stage[]): Fused[] {
  const places = stages.map(({ hits }) => new Map(hits.map((hit, i) => [hit.passage, { rank: i + 1, score: hit.score }])))
  const passages = new Set(stages.flatMap(({ hits }) => hits.map(({ passage }) => passage)))
  return [...passages]
    .map((passage) => {
      const trace = stages.map(({ stage, weight }, i): StageTrace => {
        const place = places[i]?.get(passage)
        return place === undefined
          ? { stage, rank: null, score: null, contribution: 0 }
          : { stage, ...place, contribution: weight / (rankConstant + place.rank) }
      })
      return { passage, score: trace.reduce((sum, { contribution }) => sum + contribution, 0), trace }
    })
    .sort((a, b) => b.score - a.score || a.passage - b.passage)
}
