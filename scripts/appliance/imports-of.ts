/** What a JavaScript file imports, read from its syntax and never guessed from its text. */
import { extname } from 'node:path'
import { parseSync } from 'vite'

export interface Imported {
  readonly name: string
  /** How it asks, which decides what a package answers with. */
  readonly by: 'import' | 'require'
  /** Only when some code runs, or where failing is foreseen; the file itself loads without it. */
  readonly isLater: boolean
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value
const isFunction = ({ type }: Node): boolean => /^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(type)

/** The name in `require('name')`, where it stands there as a text. */
function requiredBy({ type, callee, arguments: args }: Node): string | null {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'Identifier' || callee.name !== 'require') return null
  const [first] = Array.isArray(args) ? args : []
  return isNode(first) && first.type === 'Literal' && typeof first.value === 'string' ? first.value : null
}

function requires(node: Node, isLater: boolean, found: Imported[]): void {
  const name = requiredBy(node)
  if (name !== null) found.push({ name, by: 'require', isLater })
  for (const [key, value] of Object.entries(node)) {
    const isForeseen = isLater || isFunction(node) || (node.type === 'TryStatement' && key === 'block')
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) requires(child, isForeseen, found)
  }
}

/** Throws when the file cannot be parsed: what cannot be read may import anything. `isModule` is Node's own rule for its folder. */
export function importsOf(path: string, source: string, isModule: boolean): readonly Imported[] {
  const sourceType = extname(path) === '.mjs' || (extname(path) === '.js' && isModule) ? 'module' : 'commonjs'
  const { module, program, errors } = parseSync(path, source, { sourceType, lang: 'js' })
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const found: Imported[] = [
    ...module.staticImports.map(({ moduleRequest }) => ({ name: moduleRequest.value, by: 'import', isLater: false }) as const),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) =>
        moduleRequest === null ? [] : [{ name: moduleRequest.value, by: 'import', isLater: false } as const],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const text = /^(['"`])([^'"`$]*)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2]
      return text === undefined ? [] : [{ name: text, by: 'import', isLater: true } as const]
    }),
  ]
  // The parser's own tree has no index signature; it is walked as plain data.
  requires(program as unknown as Node, false, found)
  return found
}
