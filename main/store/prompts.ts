/** Versions of prompts, the labels that point at them, and how long they are. Nothing here is ever changed; labels move by new rows. */
import type { BodyRef } from '../domain/body-ref.ts'
import type { Label } from '../domain/label.ts'
import type { PromptOrigin } from '../domain/prompt.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export interface PromptVersion {
  readonly id: string
  readonly agent: string
  readonly name: string
  readonly version: number
  readonly origin: PromptOrigin
  readonly body: BodyRef
  readonly label: Label
  readonly at: number
  readonly by: string
}

export interface LabelMove {
  readonly label: string
  readonly version: number
  readonly at: number
  readonly by: string
}

export interface Prompts {
  /** Every prompt by its agent and name, in their order. */
  names(): ReadonlyArray<{ readonly agent: string; readonly name: string }>
  /** Oldest first. */
  versions(agent: string, name: string): readonly PromptVersion[]
  version(agent: string, name: string, version: number): PromptVersion | null
  /** The version that a label points at now. */
  labelled(agent: string, name: string, label: string): PromptVersion | null
  /** Moves of all labels, newest first. */
  moves(agent: string, name: string): readonly LabelMove[]
  /** Inside the transaction that records it. */
  add(version: PromptVersion): void
  move(agent: string, name: string, move: LabelMove): void
  /** Tokens as the model of this digest counts them; null while nobody counted. */
  tokens(prompt: string, model: string): number | null
  keepTokens(prompt: string, model: string, tokens: number): void
}

interface Row {
  readonly id: string
  readonly agent: string
  readonly name: string
  readonly version: number
  readonly origin: PromptOrigin
  readonly body: string
  readonly commitment: string
  readonly labelId: number
  readonly at: number
  readonly by: string
}

const select = `SELECT public_id AS id, agent, name, version, origin, body, commitment, label_id AS labelId, published_at AS at, published_by AS by
  FROM prompt_versions WHERE tenant_id = ?`

export function createPrompts(db: Db, labels: Labels, tenant: string): Prompts {
  const names = db.prepare<[string], { agent: string; name: string }>(
    'SELECT DISTINCT agent, name FROM prompt_versions WHERE tenant_id = ? ORDER BY agent, name',
  )
  const all = db.prepare<[string, string, string], Row>(`${select} AND agent = ? AND name = ? ORDER BY version`)
  const one = db.prepare<[string, string, string, number], Row>(`${select} AND agent = ? AND name = ? AND version = ?`)
  const at = db.prepare<[string, string, string, string], { version: number }>(
    'SELECT version FROM prompt_labels WHERE tenant_id = ? AND agent = ? AND name = ? AND label = ? ORDER BY id DESC LIMIT 1',
  )
  const moves = db.prepare<[string, string, string], LabelMove>(
    'SELECT label, version, moved_at AS at, moved_by AS by FROM prompt_labels WHERE tenant_id = ? AND agent = ? AND name = ? ORDER BY id DESC',
  )
  const insert = db.prepare(
    `INSERT INTO prompt_versions (public_id, tenant_id, agent, name, version, origin, body, commitment, label_id, published_at, published_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertMove = db.prepare(
    'INSERT INTO prompt_labels (tenant_id, agent, name, label, version, moved_at, moved_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const count = db.prepare<[string, string, string], { tokens: number }>(
    'SELECT tokens FROM prompt_tokens WHERE tenant_id = ? AND prompt = ? AND model = ?',
  )
  const keep = db.prepare('INSERT INTO prompt_tokens (tenant_id, prompt, model, tokens) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')

  const toVersion = ({ body, commitment, labelId, ...row }: Row): PromptVersion => ({
    ...row,
    body: { body, commitment: { alg: 'sha256', value: commitment } },
    label: labels.labelOf(labelId),
  })
  const version = (agent: string, name: string, number: number): PromptVersion | null => {
    const row = one.get(tenant, agent, name, number)
    return row === undefined ? null : toVersion(row)
  }
  return {
    names: () => names.all(tenant),
    versions: (agent, name) => all.all(tenant, agent, name).map(toVersion),
    version,
    labelled: (agent, name, label) => {
      const found = at.get(tenant, agent, name, label)
      return found === undefined ? null : version(agent, name, found.version)
    },
    moves: (agent, name) => moves.all(tenant, agent, name),
    add: ({ id, agent, name, version: number, origin, body, label, at: when, by }) =>
      void insert.run(id, tenant, agent, name, number, origin, body.body, body.commitment.value, labels.idOf(label), when, by),
    move: (agent, name, { label, version: number, at: when, by }) => void insertMove.run(tenant, agent, name, label, number, when, by),
    tokens: (prompt, model) => count.get(tenant, prompt, model)?.tokens ?? null,
    keepTokens: (prompt, model, tokens) => void keep.run(tenant, prompt, model, tokens),
  }
}
