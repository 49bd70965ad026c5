import { describe, expect, test } from 'vitest'
import { checkRows, columnsOf, isInQuote, readRows } from '../../main/domain/table-draft.ts'

const passages = [{ n: 1, text: 'On 4 May the pump at the north gate cost 1,200.50 euros to repair.', fields: [] }]
const row = (cells: Record<string, string>, quote = 'the pump at the north gate cost 1,200.50 euros') => ({ n: 1, quote, cells })

describe('QUO-01 a cell stands only when it is in the quote of its row', () => {
  test('what is there stands, what is not there is empty, and both are counted', () => {
    const checked = checkRows([row({ Place: 'north gate', Amount: '1,200.50', Date: '4 May' })], ['Date', 'Place', 'Amount'], passages)
    expect(checked.rows.map(({ cells }) => cells)).toEqual([['', 'north gate', '1,200.50']])
    expect(checked).toMatchObject({ dropped: 1, counts: { claims: 1, supported: 1, quotes: 3, verified: 2 } })
  })
  test('a row whose quote is not in its passage, or that has no cell left, is no row', () => {
    const rows = [
      row({ Place: 'north gate' }, 'the pump at the south gate was sold'),
      row({ Place: 'harbour' }),
      { ...row({ Place: 'north gate' }), n: 0 },
    ]
    expect(checkRows(rows, ['Place'], passages).rows).toEqual([])
  })
  test('a part of a word or of a number is not in it', () => {
    expect(['gate', 'north  gate', '1,200.50'].map((cell) => isInQuote('the north gate cost 1,200.50', cell))).toEqual([true, true, true])
    expect(['gat', '200.5', 'ate', ''].map((cell) => isInQuote('the north gate cost 1,200.50', cell))).toEqual([false, false, false, false])
  })
})

test('rows that break off count as far as they are whole, and anything else is none', () => {
  const whole = JSON.stringify({ rows: [row({ Place: 'a' }), row({ Place: 'b' })] })
  expect(readRows(whole)).toHaveLength(2)
  expect(readRows(whole.slice(0, -10))).toHaveLength(1)
  expect([readRows(''), readRows('{"rows":[{"n":1}]}'), readRows('[]'), readRows('{"claims":[]}')]).toEqual([[], [], [], []])
})

test('columns are read as a person writes them', () => {
  expect(columnsOf('Date; Place ; Amount')).toEqual(['Date', 'Place', 'Amount'])
  expect(columnsOf('Date, Date,, ')).toEqual(['Date'])
  expect(columnsOf('a,b,c,d,e,f,g,h,i')).toHaveLength(8)
})
