/**
 * What English does to a word that a stemmer cannot undo: irregular verbs, and adjectives of measure with their nouns and units.
 * General language only; nothing here may come from a collection.
 */

const irregular = `
be was were been; become became; begin began begun start started; bite bit bitten; blow blew blown; break broke broken; bring
brought; build built builder constructed erected; buy bought purchase purchased; catch caught; choose chose chosen; come came;
cost costs price priced; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feel felt;
fight fought; find found finding discover discovered; fly flew flown; forget forgot forgotten; freeze froze frozen; get got
gotten; give gave given; go went gone; grow grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; know knew
known; lay laid; lead led leader; leave left; lend lent lender; lie lay lain; lose lost loss missing; make made maker; mean
meant; meet met; pay paid payment charge charged; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw
seen; sell sold sale; send sent sender transmit transmission; shake shook; shine shone; shoot shot; shrink shrank; sing sang;
sink sank sunk; sit sat; sleep slept asleep; speak spoke spoken; spend spent; stand stood; steal stole stolen theft; stick
stuck; strike struck; swim swam; take took taken; teach taught; tear tore torn; tell told; think thought; throw threw thrown;
wake woke; wear wore worn; win won; write wrote written writer author; grow grew; bear bore born; die died dead death; choose
choice elect elected; end ended finish finished final finally; stop stopped; happen happened occur occurred; need required
require; strong strength strongest; own owner owned; reopen reopened; explain explained explanation; disagree dissent; cause
caused reason
`

/** The first word of each may be answered by the others, not the other way round. */
const measures = `
heavy weight mass weigh; weigh weight mass; deep depth; long length duration; wide width; high height; tall height; fast speed;
quick speed; far distance; old age; cold temperature; hot temperature; warm temperature; large size; big size; strong strength
speed; expensive cost price; cheap cost price; bright brightness magnitude; often interval; soon deadline; strongest highest
maximum peak; most highest maximum; highest maximum peak largest; lowest minimum least; largest biggest maximum; smallest
minimum least; maximum highest largest most; minimum lowest smallest least; company firm business; boss head chief; voltage
volts volt v; temperature temp degrees; percentage percent; photograph photo picture; photographs photos pictures; telephone
phone; people persons men; person people man; money cash
`

const opposites =
  'highest lowest; maximum minimum; largest smallest; most least; first last; best worst; more less; north south; east west; open closed'

const numbers = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')

const lines = (text: string): readonly (readonly string[])[] =>
  text
    .split(';')
    .map((line) => line.trim().split(/\s+/))
    .filter((line) => line[0] !== '')

const relatives: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const map = new Map<string, Set<string>>()
  const add = (word: string, others: readonly string[]) => {
    const known = map.get(word) ?? new Set<string>()
    for (const other of others) if (other !== word) known.add(other)
    map.set(word, known)
  }
  for (const family of lines(irregular)) for (const word of family) add(word, family)
  for (const [word = '', ...others] of lines(measures)) add(word, others)
  for (const [value, word] of numbers.entries()) {
    add(word, [String(value)])
    add(String(value), [word])
  }
  return map
})()

const opposed: ReadonlyMap<string, string> = new Map(lines(opposites).flatMap(([a = '', b = '']) => [[a, b] as const, [b, a] as const]))
/** The word that says the contrary, or null. */
export const oppositeOf = (word: string): string | null => opposed.get(word.toLowerCase()) ?? null

const negated = /^un(?=\p{L}{4})/u

/** Lower-case words that may stand in a document where a question has this one. */
export function relativesOf(word: string): readonly string[] {
  const low = word.toLowerCase()
  return [...(relatives.get(low) ?? []), ...(negated.test(low) ? [low.replace(negated, '')] : [])]
}

/** Words that fit almost any sentence. */
export const vagueWords: ReadonlySet<string> = new Set(
  `lie lies lay stand stands become became get gets give gave given take took go went come came say said says tell told call called
   calling use used happen happened today now currently again already name names new next due run runs ran expect expects according kind
   early late exactly actually really think thinks believe know knows stood lying morning evening afternoon done way thing`.split(/\s+/),
)

export const months = 'january february march april may june july august september october november december'.split(' ')
const larger =
  'thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand'
export const numberWords: readonly string[] = [...numbers.slice(1), ...larger.split(' '), 'dozen', 'half', 'none', 'nobody']
