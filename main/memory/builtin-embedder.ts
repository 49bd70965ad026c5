/**
 * An embedder without weights: hashed words and character n-grams of the text alone, as a unit vector. It finds what shares words or
 * pieces of words, never meaning, and a passage's vector must never depend on any other passage.
 */
import { ok } from '../domain/result.ts'
import type { Embedder } from '../world.ts'
import { queryWords, termsOf, words } from './lexical.ts'

const dimensions = 512
const gramLength = 4
/** All n-grams of a term together weigh this much of the term itself. */
const gramShare = 0.5
/** Weights stand on the question's side alone, so both sides' share of the inverse document frequency is put there. */
const rarityPower = 1.5
const termsCachedMax = 20_000

/** FNV-1a with a final mix (both in the public domain), so that close strings land far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/** The hashes of a term's features: the term first, then its n-grams with its ends marked. */
const featuresCached = new Map<string, Uint32Array>()
function featuresOf(term: string): Uint32Array {
  const known = featuresCached.get(term)
  if (known !== undefined) return known
  const marked = `^${term}$`
  const grams = Array.from({ length: Math.max(0, marked.length - gramLength + 1) }, (_, i) => hash(`g${marked.slice(i, i + gramLength)}`))
  const features = Uint32Array.from([hash(`w${term}`), ...grams])
  if (featuresCached.size >= termsCachedMax) featuresCached.clear()
  featuresCached.set(term, features)
  return features
}

/** Signed hashing: the lowest bit is the sign, the rest the place, so that collisions cancel on average. */
function addTerm(vector: Float32Array, term: string, weight: number): void {
  const features = featuresOf(term)
  const gramWeight = (gramShare * weight) / Math.sqrt(Math.max(1, features.length - 1))
  features.forEach((feature, i) => {
    const place = (feature >>> 1) % vector.length
    const amount = i === 0 ? weight : gramWeight
    vector[place] = (vector[place] ?? 0) + (feature & 1 ? amount : -amount)
  })
}

function normalise(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  if (sum > 0) {
    const length = Math.sqrt(sum)
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length
  }
  return vector
}

function embedPassage(text: string): Float32Array {
  const counts = new Map<string, number>()
  for (const word of words(text)) {
    if (word.isStop) continue
    for (const term of termsOf([word])) counts.set(term, (counts.get(term) ?? 0) + 1)
  }
  const vector = new Float32Array(dimensions)
  for (const [term, count] of counts) addTerm(vector, term, 1 + Math.log(count))
  return normalise(vector)
}

/** A text without words gives the zero vector, which is similar to nothing. */
export const builtinEmbedder: Embedder = {
  key: `built-in/1/words+${gramLength}-grams/${dimensions}`,
  dimensions,
  name: 'built-in',
  embedPassages: (texts) => Promise.resolve(ok(texts.map(embedPassage))),
  embedQuery: (text, rarity) => {
    const vector = new Float32Array(dimensions)
    for (const term of termsOf(queryWords(text))) addTerm(vector, term, rarity(term) ** rarityPower)
    return Promise.resolve(ok(normalise(vector)))
  },
}
