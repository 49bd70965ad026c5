/** Records what a store asks of SQLite, transaction by transaction, and asks it again of another database with nothing around it. */
import type { Db } from '../../main/store/open.ts'

interface Asked {
  readonly sql: string
  readonly method: 'run' | 'get' | 'all'
  readonly values: readonly unknown[]
}

export interface Recorder {
  readonly wrap: (db: Db) => Db
  /** Transactions since the last call, each with its statements in order. */
  take(): readonly (readonly Asked[])[]
}

const methods = ['run', 'get', 'all'] as const

export function recordStatements(): Recorder {
  let transactions: Asked[][] = []
  let open: Asked[] | null = null
  const note = (asked: Asked) => {
    if (open === null) transactions.push([asked])
    else open.push(asked)
  }
  const wrapStatement = <T extends object>(statement: T, sql: string): T =>
    new Proxy(statement, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const method = methods.find((name) => name === key)
        return (...values: readonly unknown[]) => {
          if (method !== undefined) note({ sql, method, values })
          const result: unknown = Reflect.apply(value, target, values)
          return result === target ? wrapStatement(target, sql) : result
        }
      },
    })
  return {
    wrap: (db) =>
      new Proxy(db, {
        get: (target, key) => {
          if (key === 'prepare') return (sql: string) => wrapStatement(target.prepare(sql), sql)
          if (key === 'transaction')
            return (work: (...values: unknown[]) => unknown) =>
              target.transaction((...values: unknown[]) => {
                const isOutermost = open === null
                const statements: Asked[] = open ?? []
                open = statements
                try {
                  return work(...values)
                } finally {
                  if (isOutermost) {
                    transactions.push(statements)
                    open = null
                  }
                }
              })
          const value: unknown = Reflect.get(target, key, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
    take: () => {
      const taken = transactions
      transactions = []
      return taken
    },
  }
}

/** The same statements with the same values, each transaction a commit of its own. */
export function createReplay(db: Db): (transactions: ReturnType<Recorder['take']>) => void {
  const statements = new Map<string, ReturnType<Db['prepare']>>()
  const ask = ({ sql, method, values }: Asked): void => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    statement[method](...values)
  }
  const commit = db.transaction((asked: readonly Asked[]) => {
    for (const one of asked) ask(one)
  })
  return (transactions) => {
    for (const asked of transactions) commit(asked)
  }
}
