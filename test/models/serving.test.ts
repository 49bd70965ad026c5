import { describe, expect, test } from 'vitest'
import { breakerLimits, createBreaker } from '../../main/models/breaker.ts'
import { createCallQueue } from '../../main/models/call-queue.ts'
import { contextLadder, fitContext, fitLimits, neededBytes } from '../../main/models/fit.ts'
import { freeCores, threadsFor } from '../../main/models/free-cores.ts'

describe('the breaker', () => {
  test('opens after three failures in a row, not after three in all', () => {
    let now = 0
    const breaker = createBreaker(() => now)
    for (let i = 0; i < 5; i++) {
      breaker.failed()
      breaker.failed()
      expect(breaker.state()).toBe('closed')
      breaker.succeeded()
    }
    for (let i = 0; i < breakerLimits.failuresMax; i++) breaker.failed()
    expect(breaker.state()).toBe('open')
    expect(breaker.admit()).toBe(false)
    now += breakerLimits.openMs
    expect([breaker.state(), breaker.admit(), breaker.admit()]).toEqual(['half_open', true, false])
    breaker.failed()
    expect([breaker.state(), breaker.admit()]).toEqual(['open', false])
    now += breakerLimits.openMs
    expect(breaker.admit()).toBe(true)
    breaker.succeeded()
    expect([breaker.state(), breaker.admit(), breaker.admit()]).toEqual(['closed', true, true])
  })
})

describe('the queue of calls', () => {
  test('MOD-07 lets one through at a time, people first, and background work within eight overtakes', async () => {
    const queue = createCallQueue()
    const order: string[] = []
    let running = 0
    const call = (name: string, isBackground: boolean) =>
      queue.run(isBackground, undefined, async () => {
        running++
        expect(running).toBe(1)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(name)
        running--
      })
    const calls = [call('first', false), call('background', true)]
    for (let i = 0; i < 12; i++) calls.push(call(`person-${i}`, false))
    await Promise.all(calls)
    expect(order.indexOf('background')).toBeGreaterThan(5)
    expect(order.indexOf('background')).toBeLessThan(11)
    expect(order).toHaveLength(14)
  })

  test('an aborted call gives its place up, and a failing one lets the next through', async () => {
    const queue = createCallQueue()
    const controller = new AbortController()
    const blocker = Promise.withResolvers<void>()
    const first = queue.run(false, undefined, () => blocker.promise)
    const second = queue.run(false, controller.signal, async () => 'never')
    const third = queue.run(false, undefined, async () => {
      throw new Error('broken')
    })
    const fourth = queue.run(false, undefined, async () => 'done')
    controller.abort()
    expect(await second).toBeNull()
    const rejected = expect(third).rejects.toThrow('broken')
    blocker.resolve()
    await first
    await rejected
    expect(await fourth).toBe('done')
    expect(queue.waiting).toBe(0)
  })
})

describe('MOD-04 the fit of a model', () => {
  const size = { weightsBytes: 1e9, cacheBytesPerToken: 100_000, width: 2_048, vocabulary: 32_000, contextTokens: 32_768 }

  test('takes the whole context when it fits, halves it when not, and refuses in the end', () => {
    const reserve = fitLimits.reserveBytes
    const whole = fitContext(size, 8_192, neededBytes(size, 8_192) + reserve)
    expect(whole).toMatchObject({ ok: true, value: { contextTokens: 8_192, notes: [] } })
    const less = fitContext(size, 8_192, neededBytes(size, 8_192) + reserve - 1)
    expect(less).toMatchObject({ ok: true, value: { contextTokens: 4_096 } })
    expect(less.ok && less.value.notes).toHaveLength(1)
    const none = fitContext(size, 8_192, 500_000_000)
    expect(!none.ok && none.error.code).toBe('model.memory')
    expect(fitContext({ ...size, contextTokens: 512 }, 8_192, 1e11)).toMatchObject({ ok: true, value: { contextTokens: 512 } })
    expect(contextLadder(2_000)).toEqual([2_000, 1_000, 500])
  })
})

describe('threads follow the free cores', () => {
  test('a busy machine gets one, a quiet one all but one', () => {
    expect(freeCores({ idle: 0, all: 0 }, { idle: 780, all: 800 }, 8)).toBe(7)
    expect(freeCores({ idle: 0, all: 0 }, { idle: 100, all: 800 }, 8)).toBe(1)
    expect(freeCores({ idle: 5, all: 5 }, { idle: 5, all: 5 }, 8)).toBe(1)
    expect([threadsFor(0, 2), threadsFor(2, 2), threadsFor(8, 8), threadsFor(3, 8)]).toEqual([1, 1, 7, 3])
  })
})
