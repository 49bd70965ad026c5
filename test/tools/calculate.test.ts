import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arithmeticLimits, evaluate } from '../../main/tools/arithmetic.ts'

const outcomeOf = (expression: string) => {
  const result = evaluate(expression)
  return result.ok ? result.value : result.error.message
}

test.each<[string, number | boolean]>([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['0.1 + 0.2', 0.3],
  ['2 ^ 3 ^ 2', 512],
  ['2 ** 10', 1024],
  ['-(2 ^ 2)', -4],
  ['pow(-2, 2)', 4],
  ['2 ^ -1', 0.5],
  ['7 % 4', 3],
  ['-7 + +3', -4],
  ['1e3 / 4', 250],
  ['.5 * 2', 1],
  ['round(100 * 41 / 97, 1)', 42.3],
  ['round(1.005, 2)', 1.01],
  ['round(-2.5)', -3],
  ['round(1234.5)', 1235],
  ['mean(1, 2, 3, 6)', 3],
  ['median(5, 1, 3)', 3],
  ['median(4, 1, 3, 2)', 2.5],
  ['sum(1, 2, 3)', 6],
  ['min(3, 1, 2) + max(3, 1, 2)', 4],
  ['sqrt(2) ^ 2', 2],
  ['ln(e)', 1],
  ['sin(pi / 2)', 1],
  ['factorial(20)', 2432902008176640000],
  ['3 > 2', true],
  ['3 == 2', false],
  ['3 > 2 ? 10 : 20', 10],
  ['1 / 3', 0.333333333333333],
])('%s is %s', (expression, expected) => {
  expect(outcomeOf(expression)).toBe(expected)
})

describe('hostile expressions are refused at once', () => {
  test.each([
    ...['constructor', 'constructor(1)', 'constructor.constructor(1)', 'sqrt.constructor(1)', '__proto__', 'toString()', 'this', 'process'],
    ...['process.exit(1)', 'globalThis', 'require(1)', 'eval(1)', 'import(1)', 'Function(1)', 'hasOwnProperty(1)', 'valueOf()', 'get(1)'],
    ...['9 ^ 9 ^ 9 ^ 9', '1e308 * 10', '1e400', 'factorial(171)', 'factorial(1e9)', 'factorial(2.5)', 'factorial(-1)', '10 ** 1000'],
    ...['1 / 0', '0 / 0', '5 % 0', 'sqrt(-1)', 'ln(0)', 'asin(2)', 'round(1, 400)', 'round(1, -1)', 'round(1, 0.5)'],
    ...[
      '-2 ^ 2',
      '"a" + "b"',
      "'a'",
      'true',
      'null',
      '[1, 2]',
      '[1, 2][0]',
      '{}',
      '1, 2',
      '1; 2',
      '1 2',
      'a = 1',
      'x',
      '(1)(2)',
      'sqrt(2)(3)',
    ],
    ...[
      '1 && 2',
      '1 || 2',
      '!1',
      '~1',
      '1 | 2',
      '1 << 40',
      '1 ? 2 : 3',
      '(1 < 2) + 1',
      '1 +',
      '+',
      '()',
      '((1)',
      'sqrt()',
      'sqrt(1, 2)',
      'pow(1)',
    ],
    ...['', '   ', '1_000', '0x10', '12abc', '1..2', '`1`', '$1', '/a/', 'a => 1', 'new Date()', '\0', '１ + １'],
    `${'('.repeat(200)}1${')'.repeat(200)} + x`,
    `${'-'.repeat(400)}1`,
    `${'sqrt('.repeat(60)}1${')'.repeat(60)}`,
  ])('%s', (expression) => {
    const startedAt = performance.now()
    expect(evaluate(expression)).toMatchObject({ ok: false, error: { code: 'calculate.refused' } })
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})

test('no text of an expression’s length throws, takes long, or gives anything but a finite number or a truth value', () => {
  const piece = fc.constantFrom(
    '1',
    '2.5',
    '+',
    '-',
    '*',
    '/',
    '^',
    '(',
    ')',
    ',',
    'sqrt(',
    'factorial(',
    'e',
    'pi',
    '?',
    ':',
    '<',
    '.',
    '[',
    'x',
    ' ',
    '%',
    '"',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 120 }), (pieces) => {
      const result = evaluate(pieces.join('').slice(0, arithmeticLimits.expressionCharsMax))
      if (!result.ok) return result.error.code === 'calculate.refused'
      return typeof result.value === 'boolean' || Number.isFinite(result.value)
    }),
    { numRuns: 2_000 },
  )
})

test('sums, differences and products agree with those of the language', () => {
  const leaf = fc.integer({ min: 0, max: 999 }).map(String)
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    ),
  }))
  fc.assert(
    fc.property(tree, (expression) => {
      const expected = new Function(`return ${expression}`)() as number
      expect(outcomeOf(expression)).toBe(Number(expected.toPrecision(arithmeticLimits.significantDigits)))
    }),
  )
})
