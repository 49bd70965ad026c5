/** Labels that an endpoint gives its answers: above what was asked, malformed, and in two places. */
import { describe, expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { answering } from '../support/asked-endpoint.ts'
import { type Answer, done, event, finish, piece, stream, wholeAnswer } from '../support/hostile-endpoint.ts'

describe('labels of answers', () => {
  const header =
    (value: string | string[], text = wholeAnswer('Deep.')): Answer =>
    (response) =>
      void stream(response, { 'x-holdfast-label': value }).end(text)
  const secret = labelFromName('secret')
  const field = (value: unknown) => event({ choices: [], holdfast_label: value })
  const above = 'crossing.label_above_task'

  test('RTE-06 an answer above what was asked is dropped before any of it is told', async () => {
    const asked = await answering(header(JSON.stringify(secret)))
    expect([asked.code, asked.pieces]).toEqual([above, []])
    expect((await answering((response) => void stream(response).end(field(secret) + wholeAnswer('Deep.')))).pieces).toEqual([])
    expect((await answering((response) => void stream(response).end(piece('Deep.') + field(secret) + finish() + done))).code).toBe(above)
    expect((await answering(header(JSON.stringify({ ...unclassified, releasability: 'noforn' })))).code).toBe(above)
    expect((await answering(header(JSON.stringify(labelFromName('cui'))))).code).toBe(above)
  })

  test('RTE-06 at most what was asked passes, and both places are joined', async () => {
    const confidential = labelFromName('confidential')
    expect((await answering(header(JSON.stringify(confidential)), { label: secret })).reply?.label).toEqual(confidential)
    const both = header(JSON.stringify(confidential), field(secret) + wholeAnswer('Deep.'))
    expect((await answering(both, { label: secret })).reply?.label).toEqual(secret)
  })

  test.each([
    'secret',
    '"secret"',
    '{}',
    'null',
    '{"level":"secret"}',
    '[]',
    '{"level":"cosmic","categories":[],"dissemination":[],"releasability":"any"}',
  ])('RTE-06 the label %s cannot be read, and the answer is refused', async (text) => {
    expect((await answering(header(text))).code).toBe('endpoint.bad_label')
    if (text !== 'null' && text !== 'secret')
      expect((await answering((response) => void stream(response).end(field(JSON.parse(text)) + wholeAnswer('x')))).code).toBe(
        'endpoint.bad_label',
      )
  })

  test('RTE-06 two headers are no label', async () => {
    const one = JSON.stringify(unclassified)
    expect((await answering(header([one, one]))).code).toBe('endpoint.bad_label')
  })
})
