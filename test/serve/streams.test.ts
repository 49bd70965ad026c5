/** Answers at the door for programs elsewhere that come piece by piece: from the first to the last line, and however they are cut off. */
import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail } from '../../main/domain/result.ts'
import { chatBody, openTestDoor, reply, type TestDoor } from '../support/serve-core.ts'
import { events, keyId, path, sharedDoor } from '../support/shared-door.ts'
import { waitUntil } from '../support/wait-until.ts'

let door: TestDoor
const { ask } = sharedDoor((opened) => {
  door = opened
})

describe('MOD-10 streams', () => {
  test('pieces, the reason for the end, usage only when asked, and the last line', async () => {
    door.onChat = async ({ onText }) => {
      for (const piece of ['It', ' is', ' so.']) onText?.(piece)
      return reply('It is so.')
    }
    const answer = await ask({ stream: true, stream_options: { include_usage: true } })
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers).toHaveProperty('x-holdfast-label')
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true)
    const chunks = events(answer.text)
    expect(chunks.flatMap(({ choices: [one] }) => one?.delta.content ?? []).join('')).toBe('It is so.')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } })
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    const bare = events((await ask({ stream: true })).text)
    expect(bare.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  test('a model that fails in the middle is told in the stream, which then ends without its last line', async () => {
    door.onChat = async ({ onText }) => {
      onText?.('It')
      return fail('child.crash', 'Gone.', 'Again.')
    }
    const answer = await ask({ stream: true })
    expect([answer.status, answer.text.includes('[DONE]')]).toEqual([200, false])
    expect(answer.text).toContain('"code":"model_unavailable"')
    expect(door.record).toMatchObject([{ did: 'chat', status: 503, code: 'model_unavailable' }])
  })

  /** A model that writes until it is stopped. */
  const endless: TestDoor['onChat'] = ({ onText, signal }) =>
    new Promise((resolve) => {
      const writing = setInterval(() => onText?.('word '), 5)
      signal?.addEventListener('abort', () => {
        clearInterval(writing)
        resolve(reply('word ', { stop: 'cancelled', completionTokens: 3 }))
      })
    })

  test('a caller that goes away ends the model’s work, and what was used is on record', async () => {
    door.onChat = endless
    for (const stream of [true, false]) {
      door.record.length = 0
      const asking = request({
        host: '127.0.0.1',
        port: door.opening.port,
        path,
        method: 'POST',
        headers: { authorization: 'Bearer key_good.secret', 'content-type': 'application/json' },
      })
      asking.on('error', () => undefined)
      asking.end(JSON.stringify(chatBody({ stream })))
      if (stream) await once((await once(asking, 'response'))[0], 'data')
      else await waitUntil(() => door.asked.length === 2, 'the call')
      const gone = performance.now()
      asking.destroy()
      await waitUntil(() => door.record.length > 0, 'the end of the work')
      expect(performance.now() - gone).toBeLessThan(1_000)
      expect(door.record).toEqual([{ did: 'chat', label: unclassified, promptTokens: 10, completionTokens: 3, status: 499, code: 'gone' }])
    }
    await waitUntil(() => door.door.callsUnderWay() === 0, 'no call')
  })

  test('a caller that does not read is cut off before this process holds more than its limit', async () => {
    const small = await openTestDoor({ unsentBytesMax: 64 * 1024 })
    small.onChat = ({ onText, signal }) =>
      new Promise((resolve) => {
        const writing = setInterval(() => onText?.('x'.repeat(200_000)), 1)
        signal?.addEventListener('abort', () => {
          clearInterval(writing)
          resolve(reply('', { stop: 'cancelled' }))
        })
      })
    const asking = request({
      host: '127.0.0.1',
      port: small.opening.port,
      path,
      method: 'POST',
      headers: { authorization: 'Bearer key_good.secret', 'content-type': 'application/json' },
    })
    asking.on('error', () => undefined)
    asking.end(JSON.stringify(chatBody({ stream: true })))
    const [response] = await once(asking, 'response')
    response.on('error', () => undefined)
    response.pause()
    await waitUntil(() => small.record.length > 0, 'the cut')
    expect(small.record).toMatchObject([{ status: 499, code: 'gone' }])
    asking.destroy()
  })

  test('a stream that has to wait begins all the same, and is never silent for long', async () => {
    const patient = await openTestDoor({ silenceMs: 30 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const evaluate = patient.onChat
    patient.onChat = async (wanted) => {
      await promise
      return evaluate(wanted)
    }
    const asking = request({
      ...{ host: '127.0.0.1', port: patient.opening.port, path, method: 'POST' },
      headers: { authorization: 'Bearer key_good.secret', 'content-type': 'application/json' },
    })
    asking.end(JSON.stringify(chatBody({ stream: true })))
    const [response] = await once(asking, 'response')
    let text = ''
    for await (const piece of response) {
      text += piece
      // The model answers once it was not silent twice.
      if ((text.match(/^: waiting$/gm)?.length ?? 0) > 1) resolve()
    }
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('a call that is refused after its stream began is told in the stream', async () => {
    const patient = await openTestDoor({ silenceMs: 20 })
    patient.waitMs = 80
    patient.quotaTokens = 0
    const answer = await patient.ask({ path, body: chatBody({ stream: true }) })
    expect([answer.status, answer.text.includes('"code":"insufficient_quota"'), answer.text.includes('[DONE]')]).toEqual([200, true, false])
    expect(patient.record).toEqual([{ denied: 'insufficient_quota', keyId }])
    // The connection is good for another call.
    expect((await patient.ask({ path: '/v1/models' })).status).toBe(200)
  })

  test('a station that is damaged answers nobody, since nothing could go on record', async () => {
    const damaged = await openTestDoor()
    damaged.isReadOnly = true
    expect((await damaged.ask({ path, body: chatBody() })).code).toBe('model_unavailable')
    expect([damaged.asked, damaged.record]).toEqual([[], []])
  })

  test('closing the door ends the calls under way, tells their callers, and lets nobody in after', async () => {
    const own = await openTestDoor()
    own.onChat = endless
    const streaming = own.ask({ path, body: chatBody({ stream: true }) })
    const waiting = own.ask({ path, body: chatBody() })
    await waitUntil(() => own.asked.length === 2, 'both calls')
    await own.door.close()
    expect((await streaming).text).toContain('"code":"closing"')
    expect((await waiting).status).toBe(503)
    expect(own.record).toMatchObject([
      { status: 503, code: 'closing' },
      { status: 503, code: 'closing' },
    ])
    await expect(own.ask({ path: '/v1/models' })).rejects.toThrow()
  })
})
