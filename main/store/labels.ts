/** Interned labels: rows hold a small number, and filters name the permitted ones. */
import { canonicalJson } from '../domain/canonical-json.ts'
import { join, Label, permits } from '../domain/label.ts'
import type { Db } from './open.ts'

export interface Labels {
  /** Interns a label; equal labels have one id. */
  idOf(label: Label): number
  /** The one form of equal labels, as it is stored, and its canonical JSON. */
  canonical(label: Label): { readonly value: Label; readonly text: string }
  labelOf(id: number): Label
  /** Ids of all labels that may be seen by one who is cleared for `ceiling`. */
  idsWithin(ceiling: Label): readonly number[]
}

export function createLabels(db: Db): Labels {
  const insert = db.prepare('INSERT INTO labels (json) VALUES (?)')
  const find = db.prepare<[string], { id: number }>('SELECT id FROM labels WHERE json = ?')
  const read = db.prepare<[number], { json: string }>('SELECT json FROM labels WHERE id = ?')
  const all = db.prepare<[], { id: number; json: string }>('SELECT id, json FROM labels ORDER BY id')
  const known = new Map<number, Label>()

  /** Labels are values that never change, and most are asked for again and again. */
  const canonicals = new WeakMap<Label, { readonly value: Label; readonly text: string }>()
  const canonicalOf = (label: Label) => {
    const before = canonicals.get(label)
    if (before !== undefined) return before
    const value = join(label, label)
    const made = { value, text: canonicalJson(value) }
    canonicals.set(label, made)
    return made
  }

  const labelOf = (id: number): Label => {
    let label = known.get(id)
    if (label === undefined) {
      const row = read.get(id)
      if (row === undefined) throw new Error(`no label ${id}`)
      label = Label.parse(JSON.parse(row.json))
      // Inside a transaction the row may yet be rolled back, and its number given to another label.
      if (!db.inTransaction) known.set(id, label)
    }
    return label
  }
  return {
    idOf: (label) => {
      const { text: json } = canonicalOf(label)
      return find.get(json)?.id ?? Number(insert.run(json).lastInsertRowid)
    },
    canonical: canonicalOf,
    labelOf,
    idsWithin: (ceiling) => all.all().flatMap(({ id }) => (permits(ceiling, labelOf(id)) ? [id] : [])),
  }
}
