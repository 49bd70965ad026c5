/** Random graphs of work on whole stations: nothing flows to where its label does not let it. HOLDFAST_LABEL_GRAPHS says how many. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createDice } from '../support/dice.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { nothingLeft, workThrough } from './graph.ts'
import { type Figures, openLabelStation } from './station.ts'

const graphs = Number(process.env.HOLDFAST_LABEL_GRAPHS ?? 120)
const seed = Number(process.env.HOLDFAST_LABEL_SEED ?? 20_261_129)
const graphsPerStation = 60
const violationsMax = 20

// Durability is not what is asked here: memory is as good as a disk.
const memory = '/dev/shm'
const folder = existsSync(memory) ? mkdtempSync(join(memory, 'holdfast-labels-')) : temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test(
  `LBL-01 ${graphs} random graphs (seed ${seed}): no label flows down, and nobody and nothing gets what is above it`,
  async () => {
    const roll = createDice(seed)
    const figures: Figures = { violations: [], counts: new Map() }
    for (let done = 0; done < graphs && figures.violations.length < violationsMax; ) {
      const place = join(folder, String(done))
      const station = await openLabelStation(place, roll, figures)
      const left = nothingLeft()
      for (const end = Math.min(graphs, done + graphsPerStation); done < end; done++) await workThrough(station, roll, left)
      await station.close()
      rmSync(place, { recursive: true, force: true })
      if (graphs > 1_000 && done % 3_000 === 0) console.log(`${done} graphs, ${figures.violations.length} violations`)
    }
    const told = [...figures.counts].sort(([a], [b]) => a.localeCompare(b)).map(([what, times]) => `${times} ${what}`)
    console.log(graphs > 1_000 ? told.join('\n') : told.filter((line) => /words|sent|import/.test(line)).join(', '))
    expect(figures.violations).toEqual([])
    // What is held back must have been there, and have been asked for.
    for (const what of ['words to tester', 'words to mid', 'words to low', 'sent with words', 'import refused: above the ceiling'])
      expect([what, (figures.counts.get(what) ?? 0) > 0]).toEqual([what, true])
    expect([...figures.counts.keys()]).toEqual(
      expect.arrayContaining(['refused: role.above_clearance', 'refused: task.label_above_clearance']),
    )
  },
  60_000 + graphs * 1_000,
)
