/** What is taken out of a request before it leaves this machine, and what is done with an answer above what was asked. */
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { argumentsOf, automatic, beyond, open, secret } from '../support/crossing-scenes.ts'
import { claims, oneFact, passage, quote } from '../support/open-crossings.ts'
import { newId } from '../support/run-store.ts'
import { repliedWith } from '../support/scripted-outside.ts'

describe('RTE-12 what is taken out before', () => {
  const rules = [
    { kind: 'portions', name: 'no secrets', above: unclassified },
    { kind: 'pattern', name: 'crews', pattern: 'Crew [A-Z][a-z]+', replacement: '[CREW]' },
  ] as const

  test('is not in the bytes, is shown, and the label is that of what is left', async () => {
    const scripted = beyond()
    const passages = [...oneFact, passage(2, 'The vault lies under the pump.', secret)]
    const runs = open(scripted, { passages, rules })
    const runId = await runs.ask('datacenter')
    const body = runs.bodies.read(runs.crossing(runId)?.crossing?.payload.body ?? '') ?? ''
    expect(body).toContain('[CREW] repaired it')
    expect(body).not.toMatch(/vault|Seven/)
    expect(argumentsOf(runs, runId)).toMatchObject({ label: unclassified, removed: { 'no secrets': 1, crews: 1 }, included: [0] })
    const [row] = runs.db.prepare<[], { request: string }>('SELECT request FROM holds').all()
    const { diff } = JSON.parse(runs.bodies.read(row?.request ?? '') ?? '') as { diff: string }
    expect(diff).toMatch(/^-.*Crew Seven/m)
    expect(diff).toMatch(/^\+.*\[CREW\]/m)
    expect(diff).toMatch(/^-.*vault/m)
    await runs.decide(runId, 'once')
    expect(runs.result(runId)).toMatchObject({ tier: 'datacenter', supported: true })
  })

  test('LBL-01 never lowers what was asked: a question above the endpoint stays', async () => {
    const scripted = automatic(beyond())
    const runs = open(scripted, { rules, passages: [passage(1, `${quote}.`)] })
    // The run itself is labelled: it was asked where nothing lower may be held.
    const runId = newId('run')
    const input = JSON.stringify({ question: 'When?', collection: null, modelId: null, top: 8, tier: 'datacenter' })
    const { startRun } = await import('../../main/runs/start-run.ts')
    startRun(
      runs.parts,
      { runId, agent: 'ask', task: 'answer', input, label: secret, conversationId: null },
      { issuer: 'operator', account: 'tester' },
    )
    await runs.settle(runId)
    expect(runs.result(runId)).toMatchObject({ fellBack: { code: 'route.above_tier_clearance' } })
    expect(scripted.sent).toEqual([])
  })

  test('when nothing is left, or a rule cannot be carried out, nothing goes', async () => {
    const scripted = automatic(beyond())
    const above = open(scripted, { passages: [passage(1, `${quote}.`, secret)], rules })
    expect(above.result(await above.ask('datacenter'))).toMatchObject({ fellBack: { code: 'crossing.nothing_left' } })
    const broken = open(scripted, { rules: [{ kind: 'pattern', name: 'bad', pattern: '(?=a)', replacement: '' }] })
    expect(broken.result(await broken.ask('datacenter'))).toMatchObject({ fellBack: { code: 'crossing.bad_rule' } })
    expect(scripted.sent).toEqual([])
  })
})

describe('RTE-06 an answer labelled above what was asked', () => {
  test.each([
    ['stated by its endpoint', repliedWith(claims(), { label: secret })],
    ['by a mark in a sentence', repliedWith(claims('(S) The pump failed.'))],
    ['by a mark in a quote', repliedWith(claims('It failed.', '(S//NF) The pump'))],
    ['by a banner in free text', repliedWith('TOP SECRET//SI\n\nThe pump failed.')],
    ['by a mark in a claim, cut off after it', repliedWith(`${claims('(S) The pump failed.').slice(0, -2)},{"te`, { stop: 'length' })],
    ['by a mark in a claim, with something after its end', repliedWith(`${claims('(S) The pump failed.')}.`)],
    ['by a banner in a claim that was cut off', repliedWith(`{"claims":[{"text":"SECRET//NOFORN","n":1,"quote":"a"},{"te`)],
    ['by a compartment in the midst', repliedWith(claims('The pump (TS//SI) failed.'))],
  ])('%s is withheld: nothing of it is kept, and the run goes on here', async (_how, reply) => {
    const scripted = automatic(beyond(() => reply))
    const runs = open(scripted)
    const runId = await runs.ask('datacenter')
    expect(runs.types(runId)).toContain('reply.withheld')
    expect(runs.result(runId)).toMatchObject({ tier: 'edge', fellBack: { from: 'datacenter', code: 'crossing.label_above_task' } })
    expect(runs.run(runId).steps.find(({ name }) => name === 'datacenter')).toMatchObject({ phase: 'failed', output: null })
    const held = runs.db.prepare<[], { id: string }>('SELECT id FROM bodies').all()
    expect(held.map(({ id }) => runs.bodies.read(id)).filter((text) => /\(S\)|\(S\/\/NF\)|SI/.test(text ?? ''))).toEqual([])
  })

  test('at its own label or below it is an answer like any other', async () => {
    const runs = open(automatic(beyond(() => repliedWith(claims('(U) The pump failed.'), { label: unclassified }))))
    expect(runs.result(await runs.ask('datacenter'))).toMatchObject({ tier: 'datacenter', supported: true })
  })
})
