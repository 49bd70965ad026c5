/** Kills at every named moment and at random, in a short form with every test and in a long one that writes its figures down. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { mainFolder } from '../support/command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { runCampaign } from './campaign.ts'
import { moments } from './core-messages.ts'
import { describeFigures } from './crash-report.ts'
import { createStarter } from './killable-core.ts'
import { prepare } from './station.ts'

const isLong = process.env.HOLDFAST_CRASH_LONG === 'yes'
const kills = Number(process.env.HOLDFAST_RUN_KILLS ?? (isLong ? 2_000 : 27))
const seed = Number(process.env.HOLDFAST_CRASH_SEED ?? 20_261_121)
const minutesMax = Number(process.env.HOLDFAST_CRASH_MINUTES ?? 240)
const killsPerStation = isLong ? 25 : 15

const folder = temporaryFolder()
const starter = createStarter()
afterAll(() => starter.close())

test('every moment that a run passes stands in the list, and no other', () => {
  const files = readdirSync(mainFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const named = files.flatMap((name) =>
    [...readFileSync(join(mainFolder, name), 'utf8').matchAll(/failpoint(?:\?\.)?\('([a-z_.]+)'\)/g)].map(([, moment]) => moment),
  )
  // Backups, restores, bundles and switches of programs are killed by tests of their own.
  const ofRuns = named.filter((moment) => !/^(backup|restore|bundle|app)\./.test(moment ?? ''))
  expect([...new Set(ofRuns)].sort()).toEqual([...moments].sort())
})

test(
  `DUR-01 DUR-05 DUR-07 BUD-06 HUM-13 ${kills} kills (seed ${seed}): every invariant holds after each`,
  async () => {
    const startedAt = performance.now()
    const prepared = await prepare(starter, folder)
    const endsAt = startedAt + minutesMax * 60_000
    const figures = await runCampaign({
      ...{ starter, prepared, folder, kills, seed, killsPerStation },
      isOver: () => performance.now() > endsAt,
      onKill: (done, { violations }) => {
        if (isLong && done % 25 === 0) console.log(`${done} kills, ${violations.length} violations`)
      },
    })
    const report = describeFigures(figures, { seed, wanted: kills, durationMs: performance.now() - startedAt })
    if (isLong) writeFileSync(join(import.meta.dirname, 'report.md'), report)
    // In the short form its first lines are enough.
    console.log(isLong ? report : report.split('\n').slice(2, 8).join('\n'))
    expect(figures.violations).toEqual([])
    // What is killed must have been at work.
    expect(figures.ends.get('complete') ?? 0).toBeGreaterThan(0)
    expect(figures.decisions.get('approved') ?? 0).toBeGreaterThan(0)
    expect(figures.effects).toBeGreaterThan(0)
    expect(figures.crossings).toBeGreaterThan(0)
  },
  minutesMax * 60_000 + 300_000,
)
