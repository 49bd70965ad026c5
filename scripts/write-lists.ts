/** Writes the generated lists of `main/README.md`: calls, events, tools and dependencies. A test fails when they are stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calls } from '../main/contract/calls.ts'
import { commandOutputs } from '../main/contract/cli.ts'
import { MissionEvent } from '../main/domain/mission/events.ts'
import { RunEvent } from '../main/domain/run/events.ts'
import { StationEvent } from '../main/domain/station-events.ts'
import { ruleFor, tools } from '../main/tools/registry.ts'

const file = join(import.meta.dirname, '..', 'main', 'README.md')

/** The text of each list, by the name between its markers. */
const lists: Readonly<Record<string, () => string>> = {
  calls: () =>
    Object.entries(calls)
      .map(([name, { summary }]) => `| \`${name}\` | ${summary} |`)
      .join('\n'),
  events: () =>
    [...RunEvent.options, ...MissionEvent.options, ...StationEvent.options]
      .map(({ shape }) => {
        const fields = Object.keys(shape).filter((field) => field !== 'type')
        return `| \`${shape.type.value}\` | ${fields.map((field) => `\`${field}\``).join(' ')} |`
      })
      .join('\n'),
  tools: () =>
    tools
      .map(({ name, summary, trusted }) => {
        const { effect, risk, needsApproval } = ruleFor(name)
        const person = risk === 'human' ? 'answers' : needsApproval ? 'approves' : ''
        return `| \`${name}\` | ${summary} | ${risk} | ${effect} | ${trusted.map((one) => `\`${one}\``).join(' ')} | ${person} |`
      })
      .join('\n'),
  commands: () =>
    Object.keys(commandOutputs)
      .map((name) => `\`holdfast ${name}\``)
      .join(' · '),
}

const headings: Readonly<Record<string, string>> = {
  calls: '| call | what it does |\n|---|---|\n',
  events: '| event | what it holds |\n|---|---|\n',
  tools: '| tool | what it does | risk | effect | must be trusted | a person |\n|---|---|---|---|---|---|\n',
  commands: '',
}

/** The document with every list written anew. */
export function withLists(text: string): string {
  return Object.entries(lists).reduce((document, [name, write]) => {
    const [open, close] = [`<!-- list: ${name} -->`, '<!-- end -->']
    const from = document.indexOf(open)
    const to = document.indexOf(close, from)
    if (from === -1 || to === -1) throw new Error(`main/README.md has no place for the list of ${name}`)
    return `${document.slice(0, from + open.length)}\n${headings[name] ?? ''}${write()}\n${document.slice(to)}`
  }, text)
}

export const readMap = (): string => readFileSync(file, 'utf8')

if (process.argv[1] === import.meta.filename) writeFileSync(file, withLists(readMap()))
