/** The egress ledger as people see it, the walls around this machine, and the self-test that tries them. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { EgressEntry } from '../contract/egress.ts'
import type { Handlers } from '../dispatch.ts'
import { fail, ok } from '../domain/result.ts'
import type { PartTrial } from '../platform/egress-self-test.ts'
import type { Wall } from '../platform/egress-walls.ts'
import type { EgressLedger, EgressRow } from '../store/egress-ledger.ts'
import { writeLines } from '../store/line-file.ts'
import { operator, type Services } from './services.ts'

const limits = { rowsPerSlice: 1_000 } as const

/** What the core has of its guard. */
export interface EgressDesk {
  readonly ledger: EgressLedger
  /** Writes what waits to be recorded. */
  settle(): void
  readonly walls: () => Promise<readonly Wall[]>
  readonly test: () => Promise<readonly PartTrial[]>
  /** An attempt that another process of the product refused. */
  readonly report: (attempt: Pick<EgressEntry, 'kind' | 'destination' | 'count'>) => void
  /** Connections that were let through, and attempts that were refused, since the start. */
  readonly letThrough: () => number
  readonly refused: () => number
}

const sha256 = (text: string) => ({ alg: 'sha256', value: createHash('sha256').update(text).digest('hex') }) as const

const toEntry = ({ salt, ...row }: EgressRow): EgressEntry => ({ ...row, commitment: sha256(salt + row.destination) })

const notWritten = fail('egress.not_written', 'The ledger could not be written into a file.', 'Free some space, and try again.')

type Names = 'egress.status' | 'egress.list' | 'egress.export' | 'egress.selfTest' | 'egress.report'

export const egressHandlers = (services: Services): Pick<Handlers, Names> => {
  const { egress, boot, clock, version, paths, activity } = services
  const { ledger } = egress

  /** What is added meanwhile belongs to the next export. The salts prove what the audit log says of each destination. */
  function* slices(counted: { entries: number }): Generator<readonly unknown[]> {
    const end = ledger.last()
    yield [{ line: 'header', product: 'holdfast', version, format: 1, at: clock(), last: end }]
    for (let after = 0; after < end; ) {
      const rows = ledger.after(after, limits.rowsPerSlice).filter(({ entry }) => entry <= end)
      yield rows.map((row) => ({ line: 'attempt', ...toEntry(row), salt: row.salt }))
      counted.entries += rows.length
      after = rows.at(-1)?.entry ?? end
    }
  }

  return {
    'egress.status': async () => {
      egress.settle()
      return ok({ sinceStart: ledger.counts(boot), ever: ledger.counts(), walls: [...(await egress.walls())] })
    },
    'egress.list': ({ limit, offset, decision, part }) => {
      egress.settle()
      const { items, total } = ledger.list({ decision, part }, limit, offset)
      return ok({ items: items.map(toEntry), total })
    },
    'egress.export': async () => {
      egress.settle()
      const counted = { entries: 0 }
      const file = join(paths.exports, `egress-${new Date(clock()).toISOString().replaceAll(/[:.]/g, '-')}.jsonl`)
      try {
        const written = await writeLines(file, slices(counted))
        return ok({ file, ...counted, ...written })
      } catch (error) {
        services.onDefect('egress export', error)
        return notWritten
      }
    },
    'egress.selfTest': async (_input, caller) => {
      egress.settle()
      const before = ledger.counts().test
      const trials = await egress.test()
      egress.settle()
      const recorded = ledger.counts().test - before
      const caught = trials.filter(({ isCaught }) => isCaught).length
      activity.record({ type: 'egress.tested', planted: trials.length, caught }, operator(caller))
      return ok({ ok: caught === trials.length && recorded >= trials.length, at: clock(), recorded, trials: [...trials] })
    },
    'egress.report': ({ attempts }) => {
      for (const attempt of attempts) egress.report(attempt)
      return ok({})
    },
  }
}
