/** A folder that can be packed: one agent with a prompt of its own, a document, and what the pack says of itself. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const research = readFileSync(join(import.meta.dirname, '../../main/agents/research.yaml'), 'utf8')

/** The text of an agent that finds, under another name. */
export const foundBy = (name: string): string =>
  research
    .replace('name: research', `name: ${name}`)
    .replace('{ gather: gather, draft: draft }', '{ gather: research/gather, draft: draft }')

export const packDraft = {
  ...{ format: 'holdfast-agent-pack/1', name: 'harbour', version: '1.0.0', description: 'Agents of a harbour.', author: 'Harbour office' },
  ...{ license: 'MIT', dependencies: { holdfast: '0.0.1' }, agents: ['berths'], workflows: [], config: [], docs: ['docs/readme.md'] },
}

export const packFiles: Readonly<Record<string, string>> = {
  'agents/berths.yaml': foundBy('berths'),
  'prompts/berths/draft.md': 'Say which berth is meant.\n',
  'docs/readme.md': '# Berths\n',
}

/** The folder's own path. */
export function makePackFolder(folder: string, draft: object = {}, files: Readonly<Record<string, string | null>> = {}): string {
  const all: Readonly<Record<string, string | null>> = { ...packFiles, 'pack.json': JSON.stringify({ ...packDraft, ...draft }), ...files }
  for (const [path, text] of Object.entries(all)) {
    if (text === null) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
