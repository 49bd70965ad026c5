/**
 * The files of the site's agents, one at a time: read, written, taken away. A file of the product or of a pack is only read. What is
 * written is what would be offered, takes the place of exactly what its author had seen, and never lies outside of the one folder.
 */
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder, writeWhole } from '../airgap/durable.ts'
import { agentFileLimits, agentOfFile, isNarrowingFile } from '../domain/agent-file.ts'
import { hasHiddenCharacters } from '../domain/hidden-characters.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { AgentDesk, AgentFiles, AgentText, CheckedText } from '../handlers/agent-desk.ts'
import { sha256 } from '../store/event-log.ts'
import type { PackHomes } from './pack-homes.ts'
import { agentFilesIn, productText, readPlainFile } from './read-agents.ts'

const limits = { faultsSaidMax: 5 } as const

const refuse = (code: string, message: string, hint: string) => fail(`agent.${code}`, message, hint)

const unknown = refuse('unknown', 'There is no such file of an agent.', 'List the agents to see what there is.')
const ofProduct = refuse(
  'built_in_name',
  'This is an agent of the product, and stays as it was delivered.',
  'Copy it under another name, or take something away from it in NAME.local.yaml.',
)
const tooLarge = refuse('too_large', `A file of an agent has at most ${agentFileLimits.bytesMax / 1024} KiB.`, 'Make it shorter.')
const hidden = refuse(
  'hidden_characters',
  'The text has characters that nobody sees, or that turn the order of others.',
  'Type the line again instead of pasting it.',
)
const tooMany = refuse('too_many', `There are ${agentFileLimits.filesMax} agents here already.`, 'Remove one that nobody uses.')
const noFolder = refuse('no_folder', 'The folder of the agents is a link, or no folder.', 'Put a plain folder in its place.')
const thereAlready = refuse('exists', 'There is a file of this name already.', 'Open that one, or give yours another name.')
const changed = refuse(
  'changed_meanwhile',
  'The file was changed or removed since it was opened.',
  'Open it again to see what stands there now; your text is kept where you typed it.',
)

export interface AgentFileParts {
  /** Of the site's agents. */
  readonly folder: string
  readonly builtIn: ReadonlySet<string>
  readonly homes: Pick<PackHomes, 'installed'>
  readonly shelf: Pick<AgentDesk, 'check' | 'reload'>
}

/** Everything that keeps it from being offered, in one sentence for each. */
function blockers({ refused, faults }: CheckedText): readonly string[] {
  const said = (line: number | null, field: string | null, message: string): string =>
    `${[...(line === null ? [] : [`line ${line}`]), ...(field === null || field === '' ? [] : [field])].join(', ')}: ${message}`
  return [
    ...(refused === null ? [] : [said(refused.line, refused.field, refused.message)]),
    ...faults.flatMap(({ severity, line, field, message }) => (severity === 'blocks' ? [said(line, field, message)] : [])),
  ].map((text) => text.replace(/^: /, ''))
}

export function createAgentFiles({ folder, builtIn, homes, shelf }: AgentFileParts): AgentFiles {
  const pathOf = (file: string): string => join(folder, file)
  const packOf = (file: string): string | null =>
    isNarrowingFile(file) ? null : (homes.installed().find(({ agents }) => agents.includes(agentOfFile(file)))?.name ?? null)

  /** What lies there; null = nothing. */
  function held(file: string): Result<{ readonly text: string; readonly digest: string } | null> {
    if (lstatSync(pathOf(file), { throwIfNoEntry: false }) === undefined) return ok(null)
    const text = readPlainFile(pathOf(file))
    return text.ok ? ok({ text: text.value, digest: sha256(text.value) }) : text
  }

  /** Why a person may not touch it, whatever it says. */
  function untouchable(file: string): Result<never> | null {
    if (isNarrowingFile(file)) return null
    if (builtIn.has(agentOfFile(file))) return ofProduct
    const pack = packOf(file)
    if (pack === null) return null
    const hint = 'Copy it under another name, or take something away from it in NAME.local.yaml.'
    return refuse('of_pack', `This agent came with the pack ${pack}, and the next version of that would write over it.`, hint)
  }

  const isPlainFolder = (): boolean => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? true

  const asExpected = (before: { readonly digest: string } | null, expected: string | null): Result<null> => {
    if ((before?.digest ?? null) === expected) return ok(null)
    return expected === null ? thereAlready : changed
  }

  function text(file: string): Result<AgentText> {
    const agent = agentOfFile(file)
    const shipped = builtIn.has(agent) && !isNarrowingFile(file) ? productText(agent) : null
    if (shipped !== null) return ok({ file, origin: 'product', text: shipped, digest: sha256(shipped) })
    const found = held(file)
    if (!found.ok) return found
    return found.value === null ? unknown : ok({ file, origin: packOf(file) === null ? 'site' : 'pack', ...found.value })
  }

  return {
    text,
    save: (file, wanted, expected) => {
      const refused = untouchable(file)
      if (refused !== null) return refused
      if (Buffer.byteLength(wanted) > agentFileLimits.bytesMax) return tooLarge
      if (hasHiddenCharacters(wanted)) return hidden
      const said = blockers(shelf.check(file, wanted))
      if (said.length > 0) {
        const more = said.length - limits.faultsSaidMax
        const told = [...said.slice(0, limits.faultsSaidMax), ...(more > 0 ? [`and ${more} more.`] : [])]
        return refuse('not_offered', `It would not be offered. ${told.join(' ')}`, 'Set that right, then save it again.')
      }
      if (!isPlainFolder()) return noFolder
      const before = held(file)
      if (!before.ok) return before
      const same = asExpected(before.value, expected)
      if (!same.ok) return same
      const others = agentFilesIn(folder).filter((name) => !isNarrowingFile(name))
      if (before.value === null && !isNarrowingFile(file) && others.length >= agentFileLimits.filesMax) return tooMany
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeWhole(pathOf(file), wanted)
      shelf.reload()
      return text(file)
    },
    remove: (file, expected) => {
      const refused = untouchable(file)
      if (refused !== null) return refused
      if (!isPlainFolder()) return noFolder
      const before = held(file)
      if (!before.ok) return before
      if (before.value === null) return unknown
      const same = asExpected(before.value, expected)
      if (!same.ok) return same
      rmSync(pathOf(file))
      syncFolder(folder)
      shelf.reload()
      return ok(null)
    },
  }
}
