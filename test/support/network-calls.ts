/** Which files of JavaScript call what Node has for reaching a network without an import: read from the syntax, so that a comment is none. */
import { parseSync } from 'vite'

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const names = new Set(['fetch', 'WebSocket', 'EventSource'])
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
const isNamed = (node: unknown): boolean => isNode(node) && node.type === 'Identifier' && names.has(String(node.name))

function isCalled({ type, callee }: Node): boolean {
  if ((type !== 'CallExpression' && type !== 'NewExpression') || !isNode(callee)) return false
  const { object, property } = callee
  const isOfGlobal = isNode(object) && /^(globalThis|global|self|window)$/.test(String(object.name)) && isNamed(property)
  return isNamed(callee) || (callee.type === 'MemberExpression' && isOfGlobal)
}

const calls = (node: Node): boolean =>
  isCalled(node) ||
  Object.values(node).some((value) => (Array.isArray(value) ? value : [value]).some((child) => isNode(child) && calls(child)))

/** Modules and scripts alike: a file that is only one of them is read as what it is. */
export function callsNetwork(path: string, source: string): boolean {
  const { program } = parseSync(path, source, { sourceType: 'unambiguous', lang: 'js' })
  // The parser's own tree has no index signature; it is walked as plain data.
  return calls(program as unknown as Node)
}
