/** Every SQL statement that the sources give to the database, put together from its pieces by a parser, and what each reads without naming its tenant. */
import { parseSync } from 'vite'

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

export interface Statement {
  readonly path: string
  readonly sql: string
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit)
}

/** Names that stand for something only a run knows. */
const standIns: Readonly<Record<string, string>> = { table: 'passage_terms_1', id: '1', name: 'station', version: '1' }

/** The values of constants by their names: SQL is put together from those of its own file and those it imports. */
type Constants = ReadonlyMap<string, Node>

function textOf(node: unknown, known: Constants, given: Readonly<Record<string, string>>): string {
  if (!isNode(node)) return ''
  if (node.type === 'Literal') return String(node.value)
  if (node.type === 'TSAsExpression') return textOf(node.expression, known, given)
  if (node.type === 'Identifier') {
    const name = String(node.name)
    const value = known.get(name)
    return given[name] ?? standIns[name] ?? (value === undefined ? `«${name}»` : textOf(value, known, given))
  }
  // Numbers that stand elsewhere: a weight, a limit.
  if (node.type === 'MemberExpression') return '1'
  if (node.type === 'ArrowFunctionExpression') return textOf(node.body, known, given)
  if (node.type === 'CallExpression' && isNode(node.callee)) {
    // A list of columns, joined.
    if (node.callee.type === 'MemberExpression') return '*'
    const called = known.get(String(node.callee.name))
    const names = (called?.params as readonly Node[] | undefined) ?? []
    const values = node.arguments as readonly Node[]
    const bound = Object.fromEntries(names.map((name, at) => [String(name.name), textOf(values[at], known, given)]))
    return textOf(called, known, { ...given, ...bound })
  }
  if (node.type === 'TemplateLiteral') {
    const quasis = node.quasis as ReadonlyArray<{ readonly value: { readonly cooked: string } }>
    const expressions = node.expressions as readonly Node[]
    return quasis.map(({ value }, at) => value.cooked + textOf(expressions[at], known, given)).join('')
  }
  return ''
}

const parse = (path: string, source: string): Node => parseSync(path, source).program as unknown as Node

function constantsOf(program: Node): Map<string, Node> {
  const found = new Map<string, Node>()
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator' && isNode(node.id) && node.id.type === 'Identifier' && isNode(node.init))
      found.set(String(node.id.name), node.init)
  })
  return found
}

/** Every first argument of a `prepare` or an `exec` of a database. */
export function statementsOf(files: ReadonlyArray<{ readonly path: string; readonly source: string }>): readonly Statement[] {
  const programs = files.map(({ path, source }) => ({ path, program: parse(path, source) }))
  const everywhere = new Map(programs.flatMap(({ program }) => [...constantsOf(program)]))
  return programs.flatMap(({ path, program }) => {
    const own = new Map([...everywhere, ...constantsOf(program)])
    const found: Statement[] = []
    walk(program, (node) => {
      const callee = node.type === 'CallExpression' && isNode(node.callee) ? node.callee : null
      const name = callee?.type === 'MemberExpression' && isNode(callee.property) ? callee.property.name : null
      if (name !== 'prepare' && name !== 'exec') return
      const [argument] = node.arguments as readonly Node[]
      const sql = textOf(argument, own, {})
      if (/\b(SELECT|INSERT|UPDATE|DELETE)\b/.test(sql)) found.push({ path, sql })
    })
    return found
  })
}

/** The stretches of a statement that choose rows for themselves: the whole without its inner selects, and each of those. */
function scopesOf(sql: string): readonly string[] {
  const scopes: string[] = []
  const open: Array<{ readonly isSelect: boolean; text: string }> = [{ isSelect: true, text: '' }]
  for (let at = 0; at < sql.length; at++) {
    const char = sql.charAt(at)
    const top = open.at(-1)
    if (top === undefined) break
    if (char === '(') open.push({ isSelect: /^\(\s*SELECT\b/.test(sql.slice(at)), text: '' })
    else if (char === ')') {
      open.pop()
      const around = open.at(-1)
      if (top.isSelect) scopes.push(top.text)
      else if (around !== undefined) around.text += `(${top.text})`
    } else top.text += char
  }
  return [...scopes, open[0]?.text ?? '']
}

/** Tables that a scope of this statement reads without comparing `tenant_id`, or adds rows to without giving one. */
export function withoutTenant(sql: string, tenantTables: ReadonlySet<string>): readonly string[] {
  return scopesOf(sql).flatMap((scope) => {
    const isAdding = /^\s*INSERT\b/.test(scope)
    const isNamed = /\btenant_id\s*=/.test(scope) || (isAdding && /\([^)]*\btenant_id\b[^)]*\)/.test(scope))
    if (isNamed) return []
    const named = [...scope.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)/g)].map(([, table]) => table ?? '')
    return named.filter((table) => tenantTables.has(table))
  })
}
