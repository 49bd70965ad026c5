/** Holds a tree of sources against the rules, and says each break in one line. Syntax is read by a parser, never guessed from text. */
import { dirname, normalize } from 'node:path/posix'
import { parseSync } from 'vite'
import { arrows, childFolders, homes, impure, limits } from './rules.ts'

interface Import {
  readonly from: string
  readonly isTypeOnly: boolean
  readonly isDynamic: boolean
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

function importsOf(path: string, source: string): { readonly imports: readonly Import[]; readonly program: Node } {
  const { module, program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'does not parse'}`)
  const imports: Import[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      from: moduleRequest.value,
      isTypeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
      isDynamic: false,
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest === null ? [] : [{ from: moduleRequest.value, isTypeOnly: isType, isDynamic: false }],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) => ({
      from: source.slice(moduleRequest.start, moduleRequest.end).replaceAll(/^['"`]|['"`]$/g, ''),
      isTypeOnly: false,
      isDynamic: true,
    })),
  ]
  // The parser's own tree has no index signature; it is walked as plain data.
  return { imports, program: program as unknown as Node }
}

const roomOf = (path: string): string => path.split('/')[1] ?? ''

/** Names that a program uses as values: not the keys of objects, not the properties after a dot, not types. */
function namesUsed(node: Node, found: Set<string>): void {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)Expression$/.test(node.type)) return
  if (node.type === 'Identifier' && typeof node.name === 'string') found.add(node.name)
  if (node.type === 'MemberExpression' && isNode(node.object) && isNode(node.property)) {
    if (node.object.name === 'Math' && node.property.name === 'random') found.add('Math.random')
  }
  for (const [key, value] of Object.entries(node)) {
    const isName = (key === 'property' || key === 'key') && node.computed !== true
    if (isName || key === 'typeAnnotation' || key === 'typeParameters') continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) namesUsed(child, found)
  }
}

function checkArrow(path: string, { from, isTypeOnly }: Import): string | null {
  const target = normalize(`${dirname(path)}/${from}`)
  if (path.startsWith('renderer/')) {
    if (!target.startsWith('main/')) return null
    const room = roomOf(target)
    if (room === 'domain' || (room === 'contract' && isTypeOnly)) return null
    return `${path} imports ${target}: the window takes types of the contract and pure functions of the domain, nothing else`
  }
  if (!path.startsWith('main/')) return null
  if (!target.startsWith('main/')) return `${path} imports ${target}, outside of main/`
  const [here, there] = [roomOf(path), roomOf(target)]
  if (here === there || arrows[here]?.includes(there)) return null
  return `${path} imports ${target}: ${here} may not import ${there}`
}

function checkHome(path: string, { from }: Import): string | null {
  if (path.startsWith('scripts/')) return null
  const name = Object.keys(homes).find((known) => from === known || from.startsWith(`${known}/`) || from === known.replace('node:', ''))
  if (name === undefined || homes[name]?.some((home) => path.startsWith(home))) return null
  return `${path} imports ${from}, whose home is ${homes[name]?.join(' or ') || 'nowhere'}`
}

/** Every break in one file. `path` is relative to the repository, with `/`. */
export function checkFile(path: string, source: string): readonly string[] {
  const faults: string[] = []
  const lines = source.split('\n')
  if (lines.length - 1 > limits.fileLinesMax) faults.push(`${path} has ${lines.length - 1} lines`)
  if (!/^(#!.*\n)?\/\*\*/.test(source)) faults.push(`${path} does not open by saying what it is for`)
  const { imports, program } = importsOf(path, source)
  for (const found of imports) {
    const isLocal = found.from.startsWith('.')
    const fault = isLocal ? checkArrow(path, found) : checkHome(path, found)
    if (fault !== null) faults.push(fault)
    const isChild = source.includes('serveChild(') || childFolders.some((folder) => path.startsWith(folder))
    if (found.isDynamic && path.startsWith('main/') && !isChild) faults.push(`${path} imports dynamically outside of a child process`)
  }
  if (/^main\/(domain|contract)\//.test(path)) {
    const outside = imports.find(({ from }) => !from.startsWith('.') && from !== 'zod')
    if (outside !== undefined) faults.push(`${path} imports ${outside.from}: the pure layers know zod and themselves`)
    const names = new Set<string>()
    namesUsed(program, names)
    for (const name of names)
      if (impure.has(name) || name === 'Math.random')
        faults.push(`${path} uses ${name}: the pure layers have no clock, no dice, no machine`)
  }
  return faults
}
