import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bannerColour,
  dominates,
  join,
  joinAll,
  type Label,
  labelFromName,
  levels,
  marking,
  permits,
  sameLabel,
  unclassified,
} from '../../main/domain/label.ts'
import { labels } from '../support/labels.ts'

test('LBL-01 join is the least upper bound: it covers both, and nothing lower does', () => {
  fc.assert(
    fc.property(labels, labels, labels, (a, b, upper) => {
      const joined = join(a, b)
      expect(dominates(joined, a)).toBe(true)
      expect(dominates(joined, b)).toBe(true)
      if (dominates(upper, a) && dominates(upper, b)) expect(dominates(upper, joined)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('LBL-01 a label dominates another when joining them changes nothing', () => {
  const plain = fc.constantFrom(...levels).map((level) => ({ ...unclassified, level }))
  fc.assert(
    fc.property(fc.oneof(labels, plain), fc.oneof(labels, plain), (a, b) => {
      expect(dominates(a, b)).toBe(sameLabel(join(a, b), join(a, a)))
    }),
    { numRuns: 2_000 },
  )
})

test('LBL-01 join does not depend on order, grouping or repetition', () => {
  fc.assert(
    fc.property(labels, labels, labels, (a, b, c) => {
      expect(join(a, b)).toEqual(join(b, a))
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)))
      expect(join(a, a)).toEqual(a)
      expect(join(a, unclassified)).toEqual(a)
      expect(joinAll([a, b, c])).toEqual(joinAll([c, a, b]))
    }),
    { numRuns: 2_000 },
  )
})

test('two labels that cover each other are one', () => {
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      expect(dominates(a, b) && dominates(b, a)).toBe(sameLabel(a, b))
    }),
  )
})

test('no foreign release wins, and release to no common country is no foreign release', () => {
  const to = (...countries: string[]): Label => ({ ...unclassified, releasability: countries })
  expect(join(to('AUS', 'GBR'), to('GBR', 'USA')).releasability).toEqual(['GBR'])
  expect(join(to('AUS'), to('USA')).releasability).toBe('noforn')
  expect(join(to('AUS'), { ...unclassified, releasability: 'noforn' }).releasability).toBe('noforn')
  expect(join(to('AUS'), unclassified).releasability).toEqual(['AUS'])
})

test('the more restrictive dissemination control stands alone', () => {
  const with_ = (...dissemination: string[]): Label => ({ ...unclassified, dissemination })
  expect(join(with_('FEDCON'), with_('FED ONLY')).dissemination).toEqual(['FED ONLY'])
  expect(join(with_('FEDCON'), with_('ORCON')).dissemination).toEqual(['FEDCON', 'ORCON'])
})

test('markings read as they are written on paper', () => {
  expect(marking(unclassified)).toBe('UNCLASSIFIED')
  expect(marking(labelFromName('cui'))).toBe('CUI')
  expect(marking({ level: 'secret', categories: ['SI', 'TK'], dissemination: [], releasability: 'noforn' })).toBe('SECRET//SI/TK//NOFORN')
  expect(marking({ level: 'confidential', categories: ['CUI'], dissemination: ['ORCON'], releasability: ['GBR', 'USA'] })).toBe(
    'CONFIDENTIAL//CUI//ORCON//REL TO GBR, USA',
  )
})

test('the banner has the colour of the highest thing on the label', () => {
  expect(bannerColour(labelFromName('cui'))).toBe('cui')
  expect(bannerColour({ ...labelFromName('secret'), categories: ['CUI'] })).toBe('secret')
  expect(bannerColour({ ...labelFromName('top_secret'), categories: ['SI'] })).toBe('compartmented')
})

test('a classified ceiling permits controlled unclassified information, and no compartment that it does not name', () => {
  expect(permits(labelFromName('secret'), labelFromName('cui'))).toBe(true)
  expect(permits(labelFromName('unclassified'), labelFromName('cui'))).toBe(false)
  expect(permits(labelFromName('secret'), { ...labelFromName('confidential'), categories: ['SI'] })).toBe(false)
  expect(permits(labelFromName('secret'), labelFromName('top_secret'))).toBe(false)
})
