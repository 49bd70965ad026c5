import { describe, expect, test } from 'vitest'
import { findQuote } from '../../main/domain/quote.ts'
import { terms } from '../../main/memory/lexical.ts'
import { answerReflex, type Lexicon, type ReflexPassage } from '../../main/models/reflex.ts'

/** Rarity as the holdings would give it for these passages. */
function lexiconOf(passages: readonly ReflexPassage[]): Lexicon {
  const bags = passages.map(({ heading, text }) => new Set(terms(`${heading} ${text}`)))
  return {
    terms,
    rarity: (term) => {
      const n = bags.filter((bag) => bag.has(term)).length
      return Math.log(1 + (100 - n + 0.5) / (n + 0.5))
    },
  }
}

let made = 0
const passage = (text: string, rest: Partial<ReflexPassage> = {}): ReflexPassage => ({
  n: ++made,
  text,
  heading: '',
  file: `file-${made}.txt`,
  fields: [],
  blocks: [{ start: 0, end: text.length }],
  ...rest,
})
const ask = (question: string, ...passages: readonly ReflexPassage[]) => answerReflex(question, passages, lexiconOf(passages))
const quotes = (question: string, ...passages: readonly ReflexPassage[]) => (ask(question, ...passages) ?? []).map(({ quote }) => quote)

const ferry = passage(
  'The ferry Osprey was built in 1987 by the Marle yard. She carries 340 passengers and 22 cars. Captain Edda Voll commands her. ' +
    'She was laid up in March because her bow door leaked.',
  { heading: 'Ferries of the western line' },
)
const tram = passage('The tram to the harbour leaves every ten minutes. A ticket costs 3 crowns.', { heading: 'City trams' })

describe('an answer without a model', () => {
  test('quotes the sentence that answers, to the letter', () => {
    expect(quotes('How many passengers does the Osprey carry?', tram, ferry)).toEqual([
      'The ferry Osprey was built in 1987 by the Marle yard. She carries 340 passengers and 22 cars.',
    ])
    expect(quotes('How many cars does she carry?', tram, ferry)).toEqual(['She carries 340 passengers and 22 cars.'])
    expect(quotes('Why was the ferry laid up?', tram, ferry)[0]).toContain('because her bow door leaked.')
  })

  test('offers only what the verifier finds', () => {
    for (const question of ['Who commands the Osprey?', 'When was the ferry built?', 'What does a tram ticket cost?'])
      for (const claim of ask(question, tram, ferry) ?? []) {
        const source = [tram, ferry].find(({ n }) => n === claim.n)
        expect(findQuote(source?.text ?? '', claim.quote, source?.fields)).not.toBeNull()
        expect(claim.text).toBe(claim.quote.replace(/\s+/g, ' '))
      }
  })

  test('is none when the asked-for thing is not there, however close the words', () => {
    expect(ask('How many passengers does the Cormorant carry?', tram, ferry)).toBeNull()
    expect(ask('What did the ferry Osprey cost?', tram, ferry)).toBeNull()
    expect(ask('How many lifeboats does the Osprey carry?', tram, ferry)).toBeNull()
    expect(ask('What is the capital of the moon?', tram, ferry)).toBeNull()
  })

  test('is none for a question without words', () => {
    expect(ask('?', ferry)).toBeNull()
    expect(ask('Who is it and what was that?', ferry)).toBeNull()
    expect(ask('How many passengers does the Osprey carry?')).toBeNull()
  })

  test('shows both sources where they contradict each other', () => {
    const one = passage('The wind at the mole reached 41 knots in the night.', { heading: 'Report' })
    const other = passage('The wind at the mole reached 20 knots in the night.', { heading: 'Weather' })
    expect(quotes('How many knots did the wind at the mole reach?', one, other)).toHaveLength(2)
  })

  test('shows the same sentence once', () => {
    const copy = passage(ferry.text, { heading: ferry.heading })
    expect(quotes('How many passengers does the Osprey carry?', ferry, copy)).toHaveLength(1)
  })

  test('does not take a number of another noun for the one asked for', () => {
    const houses = passage('House 2 gave 64 kilograms of tomatoes. House 3 gave 79 kilograms of tomatoes.', { heading: 'Yield' })
    expect(quotes('How many kilograms did House 3 give?', houses)).toEqual(['House 3 gave 79 kilograms of tomatoes.'])
    expect(ask('How many kilograms did House 7 give?', houses)).toBeNull()
  })

  test('does not take a day of another month for the one asked for', () => {
    const log = passage('The pump failed on 4 June. The valve was replaced on 14 May.', { heading: 'Log' })
    expect(ask('What was replaced on 14 June?', log)).toBeNull()
    expect(quotes('What was replaced on 14 May?', log)[0]).toContain('14 May')
  })

  test('reads a date in figures as a date in words', () => {
    const row = passage('date: 2026-05-14 · part: valve · price: 12 crowns', { heading: 'Purchases' })
    expect(quotes('Which part was bought on 14 May?', row)).toEqual([row.text])
  })

  test('quotes a table row whole, and knows the row by the column’s name', () => {
    const text = 'Class\tCause\tAnswer within\nA\tFire in the store\t5 minutes\nB\tWater in the store\t40 minutes'
    const table = passage(text, { heading: 'Alarms' })
    expect(quotes('How soon must a class A alarm be answered?', table)).toEqual(['A\tFire in the store\t5 minutes'])
    expect(quotes('How soon must a class B alarm be answered?', table)).toEqual(['B\tWater in the store\t40 minutes'])
  })

  test('never quotes a heading, a page number or a marking', () => {
    const page = passage('3. Osprey passengers\nThe Osprey carries 340 passengers.\nReport 7\tPage 2 of 9\nRESTRICTED', {
      heading: 'Ferries › 3. Osprey passengers',
      blocks: [
        { start: 0, end: 20 },
        { start: 21, end: 55 },
        { start: 56, end: 76 },
        { start: 77, end: 87 },
      ],
    })
    expect(quotes('How many passengers does the Osprey carry?', page)).toEqual(['The Osprey carries 340 passengers.'])
  })

  test('gives at most four claims', () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      passage(`Buoy number ${i + 10} in the sound was painted ${['red', 'green'][i % 2]} by crew ${i}.`),
    )
    expect(quotes('Which buoy in the sound was painted?', ...many).length).toBeLessThanOrEqual(4)
  })

  test('is the same every time', () => {
    expect(ask('Who commands the Osprey?', tram, ferry)).toEqual(ask('Who commands the Osprey?', tram, ferry))
  })
})
