/** The figures of a campaign as a page to be read. */

import { moments } from './core-messages.ts'
import { type Figures, invariants } from './scene.ts'

const unfinished = 'Not all that was planned was done: the time that was set for it was over, or a child did not come.'

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0)

const list = (counts: ReadonlyMap<string, number>): string => [...counts].map(([name, count]) => `${count} ${name}`).join(', ')

export function describeFigures(
  figures: Figures,
  { seed, wanted, durationMs }: { readonly seed: number; readonly wanted: number; readonly durationMs: number },
): string {
  const { kills, missed, violations, lives, stations, looks, lookMs, ends, decisions, effects, modelCalls, crossings } = figures
  const names = [...moments, 'core', 'inference', 'parser', 'table']
  const total = sum(kills)
  const seconds = Math.round(durationMs / 1000)
  return [
    '# Crash report',
    '',
    `${total} kills of ${wanted} planned, ${violations.length} violations.`,
    ...(total < wanted ? ['', unfinished] : []),
    '',
    `- Seed ${seed}; ${seconds} s; ${lives} starts of a core; ${stations} data folders.`,
    `- ${sum(ends)} runs: ${list(ends)}. ${sum(decisions)} requests: ${list(decisions)}.`,
    `- ${effects} effects outside, ${modelCalls} calls of the scripted model, ${crossings} requests to another machine.`,
    `- All invariants were looked at ${looks} times, each time over everything in the data folder, in ${Math.round(lookMs / looks)} ms on average.`,
    '',
    '| killed at, or what | kills | waited for in vain |',
    '|---|---|---|',
    ...names.map((name) => `| ${name} | ${kills.get(name) ?? 0} | ${missed.get(name) ?? 0} |`),
    '',
    '`core` is kill -9 at a random time; so is a moment that was waited for in vain. `inference`, `parser` and `table` are children that were',
    'killed while the core lived on.',
    '',
    '## Invariants',
    '',
    ...Object.entries(invariants).map(([number, text]) => `${number}. ${text}`),
    '',
    ...(violations.length === 0 ? [] : ['## Violations', '', ...violations.map((violation) => `- ${violation}`), '']),
  ].join('\n')
}
