import { describe, expect, test } from 'vitest'
import { compactFindings, Findings, findingsLimits } from '../../main/domain/findings.ts'
import { unclassified } from '../../main/domain/label.ts'
import { tokensAtMost } from '../../main/domain/token-estimate.ts'
import { id } from './run/scenario.ts'

const citation = (n: number, quote: string) => ({
  ...{ n, documentId: id('doc', n), passageId: `${id('doc', n)}.0`, file: 'log.md', quote, verified: true },
  locator: { kind: 'lines' as const, from: n, to: n },
})
const findings = (claims: Findings['claims'], citations: Findings['citations']): Findings =>
  Findings.parse({
    ...{ kind: 'findings', title: 'The pump', claims, citations, tier: 'edge', device: 'cpu', label: unclassified },
    counts: { claims: claims.length, supported: claims.filter(({ supported }) => supported).length, quotes: 0, verified: 0 },
  })

describe('CTX-05 findings that are handed on', () => {
  test('stay as they are within the limit', () => {
    const small = findings([{ text: 'It failed.', supported: true, citations: [1] }], [citation(1, 'the pump failed at noon')])
    expect(compactFindings(small)).toEqual({ ok: true, value: small })
  })

  test('over it lose what is least supported first, keep their order, and number what is left anew', () => {
    const long = 'x'.repeat(3_000)
    const whole = findings(
      [
        { text: `unsupported ${long}`, supported: false, citations: [] },
        { text: `once ${long}`, supported: true, citations: [1] },
        { text: `twice ${long}`, supported: true, citations: [2, 3] },
        { text: `once later ${long}`, supported: true, citations: [1] },
      ],
      [1, 2, 3].map((n) => citation(n, `the pump failed at noon ${n}`)),
    )
    const compact = compactFindings(whole)
    if (!compact.ok) throw new Error(compact.error.code)
    expect(compact.value.claims.map(({ text, citations }) => [text.split(' x')[0], citations])).toEqual([
      ['once', [1]],
      ['twice', [2, 3]],
    ])
    expect(compact.value.citations.map(({ n, quote }) => [n, quote.at(-1)])).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ])
    expect(compact.value.counts).toEqual(whole.counts)
    expect(tokensAtMost([JSON.stringify(compact.value)])).toBeLessThanOrEqual(findingsLimits.tokensMax)
  })

  test('are refused when not even one claim is small enough', () => {
    const huge = findings([{ text: 'x'.repeat(40_000), supported: true, citations: [] }], [])
    expect(compactFindings(huge)).toMatchObject({ ok: false, error: { code: 'findings.too_large' } })
  })

  test('without any claim they say so, and are taken', () => {
    expect(compactFindings(findings([], []))).toMatchObject({ ok: true, value: { claims: [] } })
  })
})
