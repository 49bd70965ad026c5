import { describe, expect, test } from 'vitest'
import type { Box } from '../../../main/domain/locator.ts'
import { helvetica, makePdf, type PlacedText, widthOf } from '../../support/pdf-files.ts'
import { readDocument } from '../../support/read-document.ts'

const size = 12
const toleranceMax = 2

/** Where a text set in Helvetica stands on an upright page, from the top left. */
async function expectedBox({ text, x, y }: PlacedText, height: number): Promise<Box> {
  const top = height - y - helvetica.ascent * size
  return { x, y: top, width: await widthOf(text, size), height: (helvetica.ascent + helvetica.descent) * size }
}

function expectNear(found: Box | undefined, wanted: Box): void {
  const edges = (box: Box) => [box.x, box.y, box.x + box.width, box.y + box.height]
  expect(found).toBeDefined()
  if (found === undefined) return
  edges(wanted).forEach((edge, at) => {
    expect(
      Math.abs((edges(found)[at] ?? Number.NaN) - edge),
      `${JSON.stringify(found)} beside ${JSON.stringify(wanted)}`,
    ).toBeLessThanOrEqual(toleranceMax)
  })
}

const boxesOf = async (bytes: Uint8Array): Promise<Map<string, Box>> => {
  const document = await readDocument('a.pdf', bytes)
  const found = document.blocks.flatMap((block) =>
    block.parts.flatMap((part) => {
      const box = part.locator.kind === 'page' ? part.locator.boxes[0] : undefined
      return box === undefined ? [] : [[block.text.slice(part.start, part.end), box] as const]
    }),
  )
  return new Map(found)
}

const placed: readonly PlacedText[] = [
  { text: 'North buoy reported adrift', x: 72, y: 700 },
  { text: 'Depth at low water 7.4 m', x: 150, y: 400 },
]

describe('boxes of text', () => {
  test('DOC-02 lie within two points of where the text was put', async () => {
    const boxes = await boxesOf(await makePdf([{ texts: placed }]))
    for (const text of placed) expectNear(boxes.get(text.text), await expectedBox(text, 842))
  })

  test('DOC-02 count from the corner of the cropped page', async () => {
    const crop = { x: 50, y: 100, width: 400, height: 700 }
    const boxes = await boxesOf(await makePdf([{ texts: placed, crop }]))
    for (const text of placed) {
      const box = await expectedBox(text, 842)
      expectNear(boxes.get(text.text), { ...box, x: box.x - crop.x, y: box.y - (842 - crop.y - crop.height) })
    }
  })

  const asShown = {
    90: (box: Box) => ({ x: 842 - box.y - box.height, y: box.x, width: box.height, height: box.width }),
    180: (box: Box) => ({ x: 595 - box.x - box.width, y: 842 - box.y - box.height, width: box.width, height: box.height }),
    270: (box: Box) => ({ x: box.y, y: 595 - box.x - box.width, width: box.height, height: box.width }),
  } as const
  test.each([90, 180, 270] as const)('DOC-02 follow a page that is shown turned by %i°', async (rotate) => {
    const bytes = await makePdf([{ texts: placed, rotate }])
    const boxes = await boxesOf(bytes)
    for (const text of placed) expectNear(boxes.get(text.text), asShown[rotate](await expectedBox(text, 842)))
    const [page] = (await readDocument('a.pdf', bytes)).pages
    expect(page).toEqual(rotate === 180 ? { width: 595, height: 842 } : { width: 842, height: 595 })
  })

  test('DOC-02 stay with text that was set sideways so as to be read on a turned page', async () => {
    // Baselines run upwards on the page itself and from left to right once it is shown turned clockwise.
    const texts = [
      { text: 'First line of the chart', x: 100, y: 90, turn: 90 },
      { text: 'and the second line', x: 116, y: 90, turn: 90 },
    ]
    const document = await readDocument('a.pdf', await makePdf([{ texts, rotate: 90 }]))
    expect(document.blocks.map((block) => block.text)).toEqual(['First line of the chart\nand the second line'])
    const box = document.blocks[0]?.parts[0]?.locator
    const width = await widthOf('First line of the chart', size)
    expectNear(box?.kind === 'page' ? box.boxes[0] : undefined, {
      x: 90,
      y: 100 - helvetica.ascent * size,
      width,
      height: (helvetica.ascent + helvetica.descent) * size,
    })
  })
})

const column = (name: string, x: number, from: number): PlacedText[] =>
  Array.from({ length: 12 }, (_, line) => ({ text: `${name} column line ${line + 1} of harbour prose`, x, y: from - line * 14, size: 10 }))

describe('reading order', () => {
  test('two columns are read one after the other, under a title that spans both', async () => {
    const left = column('left', 60, 700)
    const right = column('right', 320, 700)
    const rowByRow = left.flatMap((text, at) => [text, ...right.slice(at, at + 1)])
    const title = { text: 'A title that runs across both of the columns below it, from edge to edge', x: 60, y: 760, size: 14 }
    const document = await readDocument('a.pdf', await makePdf([{ texts: [title, ...rowByRow] }]))
    const lines = document.blocks.flatMap((block) => block.text.split('\n'))
    expect(lines).toEqual([title.text, ...left.map((text) => text.text), ...right.map((text) => text.text)])
    expect(document.blocks[0]?.kind).toBe('heading')
  })

  test('three columns too', async () => {
    const columns = [column('one', 30, 700), column('two', 215, 700), column('three', 400, 700)]
    const texts = columns[0]?.flatMap((_, at) => columns.flatMap((lines) => lines.slice(at, at + 1))) ?? []
    const document = await readDocument('a.pdf', await makePdf([{ texts }]))
    expect(document.blocks.flatMap((block) => block.text.split('\n'))).toEqual(columns.flat().map((text) => text.text))
  })

  test('a table is read row by row', async () => {
    const texts = Array.from({ length: 8 }, (_, row) => [
      { text: `Buoy ${row}`, x: 60, y: 700 - row * 16 },
      { text: `${row}.4 m`, x: 260, y: 700 - row * 16 },
      { text: 'clear', x: 460, y: 700 - row * 16 },
    ]).flat()
    const document = await readDocument('a.pdf', await makePdf([{ texts }]))
    expect(document.blocks.map((block) => block.text)).toEqual(Array.from({ length: 8 }, (_, row) => `Buoy ${row}\t${row}.4 m\tclear`))
  })

  test('a list of names and values is no pair of columns', async () => {
    const texts = Array.from({ length: 8 }, (_, row) => [
      { text: `Station ${row}`, x: 60, y: 700 - row * 16 },
      { text: `${row}.4 metres`, x: 260, y: 700 - row * 16 },
    ]).flat()
    const document = await readDocument('a.pdf', await makePdf([{ texts }]))
    const lines = document.blocks.flatMap((block) => block.text.split('\n'))
    expect(lines).toEqual(Array.from({ length: 8 }, (_, row) => `Station ${row}\t${row}.4 metres`))
  })

  test('lines become paragraphs where the gap is wider, and keep their line ends and hyphens', async () => {
    const texts = [
      'The pilot asked for a re-',
      'duced speed in the channel.',
      '',
      'The tug agreed at once and',
      'slowed to four knots.',
    ].flatMap((text, line) => (text === '' ? [] : [{ text, x: 72, y: 700 - line * 15 }]))
    const document = await readDocument('a.pdf', await makePdf([{ texts }]))
    expect(document.blocks.map((block) => block.text)).toEqual([
      'The pilot asked for a re-\nduced speed in the channel.',
      'The tug agreed at once and\nslowed to four knots.',
    ])
  })
})

describe('what a PDF says about itself', () => {
  test('the title is taken when it is one', async () => {
    expect((await readDocument('a.pdf', await makePdf([{ texts: placed }], 'Harbour report 12'))).title).toBe('Harbour report 12')
    expect((await readDocument('a.pdf', await makePdf([{ texts: placed }], 'Microsoft Word - final2.docx'))).title).toBeNull()
  })

  test('an empty page is no fault, and page numbers count it', async () => {
    const document = await readDocument('a.pdf', await makePdf([{ texts: [] }, { texts: placed }]))
    expect(document.missing).toEqual([])
    expect(document.blocks.every((block) => block.locator.kind === 'page' && block.locator.page === 2)).toBe(true)
  })
})
