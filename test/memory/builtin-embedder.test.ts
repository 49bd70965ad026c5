import { expect, test } from 'vitest'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'

async function passages(...texts: string[]): Promise<readonly Float32Array[]> {
  const result = await builtinEmbedder.embedPassages(texts)
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
async function question(text: string, rarity: (term: string) => number = () => 1): Promise<Float32Array> {
  const result = await builtinEmbedder.embedQuery(text, rarity)
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
const cosine = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  [...(a ?? [])].reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0)

test('vectors have the stated size and length one, and the same text always gives the same vector', async () => {
  const [first] = await passages('The pump failed during the night shift.')
  const [, , again] = await passages('other', 'words', 'The pump failed during the night shift.')
  expect(first).toHaveLength(builtinEmbedder.dimensions)
  expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 6)
  expect(again).toEqual(first)
})

test('a text without words gives zeros', async () => {
  expect((await passages('… !'))[0]?.every((value) => value === 0)).toBe(true)
  expect((await question('of the')).every((value) => value === 0)).toBe(true)
})

test('shared words bring texts closer, and so do shared pieces of a misspelt one', async () => {
  const [pump, roses] = await passages('the pump valve leaked', 'roses grow along the southern wall')
  const asked = await question('leaking valves')
  expect(cosine(asked, pump)).toBeGreaterThan(0.5)
  expect(cosine(asked, pump)).toBeGreaterThan(cosine(asked, roses) + 0.3)
  const [name, other] = await passages('Kowalski signed', 'Petersen signed')
  const misspelt = await question('Kowalsky', (term) => (term === '' || term === 'kowalski' ? 9 : 1))
  expect(cosine(misspelt, name)).toBeGreaterThan(cosine(misspelt, other) + 0.1)
})

test('rarity weighs the question only', async () => {
  const [pump, valve] = await passages('pump', 'valve')
  const asked = await question('pump valve', (term) => (term === 'valv' ? 8 : term === '' ? 10 : 1))
  expect(cosine(asked, valve)).toBeGreaterThan(cosine(asked, pump) * 3)
})

test('the key changes when vectors would', async () => {
  // A change of this figure without a change of the key would mix vectors of two kinds in one holdings.
  const [vector] = await passages('IR-2024-017: the breakwater light failed at 7.4 metres')
  const figure = [...(vector ?? [])].reduce((sum, value, i) => sum + value * (i + 1), 0)
  expect({ key: builtinEmbedder.key, figure: figure.toFixed(4) }).toMatchInlineSnapshot(`
    {
      "figure": "222.8512",
      "key": "built-in/1/words+4-grams/2x512",
    }
  `)
})

test('a cancelled embedding is a failure', async () => {
  const result = await builtinEmbedder.embedPassages(['a pump'], AbortSignal.abort())
  expect(result.ok ? '' : result.error.code).toBe('embedding.cancelled')
})
