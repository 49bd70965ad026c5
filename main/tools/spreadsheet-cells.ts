/**
 * Cells that a spreadsheet would run as a formula when a person opens the file. Which mark parts the cells is the spreadsheet's choice, so
 * every usual one counts. Numbers with a sign, with their unit, and lone dashes are no formulas.
 */

/** A number is no longer than this, which also bounds the work of telling. */
const numberCharsMax = 60

const cellEnds = /[,;\t|\r\n]/
const formula = /^[\s"']*([=+\-@＝＋－＠].*)$/su
const harmless = /^([-+＋－]?[\d.\s]*\d\s*(%|[\p{L}°²³/]{1,8})?|[-–—]*)["'\s]*$/u

/** The line, counted from 1, of the first such cell; null when there is none. */
export function formulaLine(text: string): number | null {
  let line = 1
  for (const row of text.split(/\r\n|\r|\n/)) {
    for (const cell of row.split(cellEnds)) {
      const found = formula.exec(cell)?.[1]
      if (found !== undefined && !(found.length <= numberCharsMax && harmless.test(found))) return line
    }
    line += 1
  }
  return null
}
