/**
 * Arithmetic over a parsed expression. The parser only builds a tree; here each node is looked up in a table of numbers and functions, so
 * that no name reaches the program around it. Nothing loops: the work is bounded by the length of the expression.
 */
import jsep from 'jsep'
import { fail, ok, type Result } from '../domain/result.ts'

export const arithmeticLimits = { expressionCharsMax: 500, depthMax: 50, significantDigits: 15, factorialMax: 170 } as const

/** A power as it is written in mathematics; the parser's own meaning is another. */
jsep.addBinaryOp('^', 11, true)

class Refused extends Error {}
const refuse = (message: string): never => {
  throw new Refused(message)
}

type Operation = (a: number, b: number) => number | boolean
const operators: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => (b === 0 ? refuse('division by zero') : a / b)],
  ['%', (a, b) => (b === 0 ? refuse('division by zero') : a % b)],
  ['^', (a, b) => a ** b],
  ['**', (a, b) => a ** b],
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
])
const powers: readonly string[] = ['^', '**']

const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
])

function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > arithmeticLimits.factorialMax)
    refuse(`factorial takes whole numbers up to ${arithmeticLimits.factorialMax}`)
  let product = 1
  for (let i = 2; i <= n; i++) product *= i
  return product
}

/** Half away from zero, on the decimal digits: 1.005 to two places is 1.01. */
function round(value: number, places = 0): number {
  if (!Number.isInteger(places) || places < 0 || places > arithmeticLimits.significantDigits) refuse('round takes 0 to 15 places')
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + places}`))
  const [digits = '0', power = '0'] = shifted.toExponential().split('e')
  return Math.sign(value) * Number(`${digits}e${Number(power) - places}`)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}

interface Function {
  readonly least: number
  readonly most: number
  readonly apply: (values: readonly number[]) => number
}
const one = (apply: (value: number) => number): Function => ({ least: 1, most: 1, apply: ([value = 0]) => apply(value) })
const many = (apply: (values: readonly number[]) => number): Function => ({ least: 1, most: Number.POSITIVE_INFINITY, apply })

const functions: ReadonlyMap<string, Function> = new Map<string, Function>([
  ...(
    ['abs', 'ceil', 'floor', 'trunc', 'sign', 'sqrt', 'cbrt', 'exp', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'] as const
  ).map((name) => [name, one(Math[name])] as const),
  ['ln', one(Math.log)],
  ['factorial', one(factorial)],
  ['round', { least: 1, most: 2, apply: ([value = 0, places]) => round(value, places) }],
  ['pow', { least: 2, most: 2, apply: ([base = 0, exponent = 0]) => base ** exponent }],
  ['min', many((values) => Math.min(...values))],
  ['max', many((values) => Math.max(...values))],
  ['sum', many(sum)],
  ['mean', many((values) => sum(values) / values.length)],
  ['median', many(median)],
])

const number = (value: number | boolean): number => (typeof value === 'number' ? value : refuse('a comparison is no number'))
const finite = (value: number): number => (Number.isFinite(value) ? value : refuse('the result is no number, or too large'))

function call(node: jsep.CallExpression, depth: number): number {
  const name = node.callee.type === 'Identifier' ? String(node.callee.name) : ''
  const known = functions.get(name) ?? refuse('it calls a function that is not known')
  const values = node.arguments.map((argument) => number(walk(argument, depth)))
  if (values.length < known.least || values.length > known.most) refuse(`${name} takes another number of values`)
  return finite(known.apply(values))
}

function binary(node: jsep.BinaryExpression, depth: number): number | boolean {
  const operation = operators.get(node.operator) ?? refuse('it has an operator that is not known')
  // The tree of −2^2 and of (−2)^2 is the same, but not their values.
  if (powers.includes(node.operator) && node.left.type === 'UnaryExpression') refuse('write pow(a, b) for a power of a signed number')
  const value = operation(number(walk(node.left, depth)), number(walk(node.right, depth)))
  return typeof value === 'number' ? finite(value) : value
}

/** The parser's nodes are told apart by their type, as its own declarations have it. */
function walk(expression: jsep.Expression, above: number): number | boolean {
  const depth = above + 1
  if (depth > arithmeticLimits.depthMax) refuse('it is nested too deeply')
  const node = expression as jsep.CoreExpression
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number' ? finite(node.value) : refuse('only numbers are values')
    case 'Identifier':
      return constants.get(node.name) ?? refuse('it has a name that is not known')
    case 'UnaryExpression': {
      const value = number(walk(node.argument, depth))
      return node.operator === '-' ? -value : node.operator === '+' ? value : refuse('it has an operator that is not known')
    }
    case 'BinaryExpression':
      return binary(node, depth)
    case 'ConditionalExpression': {
      const test = walk(node.test, depth)
      if (typeof test !== 'boolean') return refuse('a choice needs a comparison')
      return walk(test ? node.consequent : node.alternate, depth)
    }
    case 'CallExpression':
      return call(node, depth)
    default:
      return refuse('only numbers, operators and functions may stand in it')
  }
}

/** The value to 15 significant digits, which hides the last bits of binary fractions. `calculate.refused` says what is wrong. */
export function evaluate(expression: string): Result<number | boolean> {
  try {
    const value = walk(jsep(expression), 0)
    return ok(typeof value === 'number' ? Number(value.toPrecision(arithmeticLimits.significantDigits)) : value)
  } catch (error) {
    const why = error instanceof Refused ? error.message : 'it is not well formed'
    return fail(
      'calculate.refused',
      `The expression was not calculated: ${why}.`,
      'Write plain arithmetic, such as round(100 * 41 / 97, 1).',
    )
  }
}
