/** Where the shards and gates of a mission stand in their drawing: from left to right, each after all that it waits for. Pure; the same plan is always drawn the same. */
import type { Gate } from '../../../main/domain/mission/gates.ts'

export const layoutSizes = { shard: { width: 208, height: 76 }, gate: { width: 116, height: 60 }, gapX: 52, gapY: 16 } as const

interface Planned {
  readonly key: string
  readonly after: readonly string[]
}

export interface PlacedNode {
  /** `shard:s1`, `gate:G2`. */
  readonly id: string
  readonly kind: 'shard' | 'gate'
  /** Key of the shard, or the gate. */
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge {
  readonly id: string
  readonly from: string
  readonly to: string
}

export interface GraphLayout {
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
  readonly width: number
  readonly height: number
}

const shardId = (key: string) => `shard:${key}`
const gateId = (gate: Gate) => `gate:${gate}`

/** How many shards stand before each on the longest way. A circle, which no checked plan has, is cut where it closes. */
function depths(shards: readonly Planned[]): ReadonlyMap<string, number> {
  const byKey = new Map(shards.map((shard) => [shard.key, shard]))
  const known = new Map<string, number>()
  const depthOf = (key: string, above: ReadonlySet<string>): number => {
    const before = known.get(key)
    if (before !== undefined) return before
    const inside = new Set([...above, key])
    const parents = (byKey.get(key)?.after ?? []).filter((one) => byKey.has(one) && !inside.has(one))
    const depth = parents.length === 0 ? 0 : 1 + Math.max(...parents.map((one) => depthOf(one, inside)))
    known.set(key, depth)
    return depth
  }
  for (const { key } of shards) depthOf(key, new Set())
  return known
}

/** The shards of each depth, those beside each other whose parents are; of equals the one that the plan names first. */
function columnsOf(shards: readonly Planned[]): readonly (readonly Planned[])[] {
  const depth = depths(shards)
  const rows = new Map<string, number>()
  const columns: (readonly Planned[])[] = []
  const last = Math.max(-1, ...depth.values())
  for (let at = 0; at <= last; at += 1) {
    const weighed = shards
      .filter(({ key }) => depth.get(key) === at)
      .map((shard, order) => {
        const parents = shard.after.flatMap((key) => rows.get(key) ?? [])
        return { shard, order, weight: parents.length === 0 ? order : parents.reduce((sum, row) => sum + row, 0) / parents.length }
      })
      .sort((a, b) => a.weight - b.weight || a.order - b.order)
    for (const [row, { shard }] of weighed.entries()) rows.set(shard.key, row)
    columns.push(weighed.map(({ shard }) => shard))
  }
  return columns
}

/** What follows what: what waits for nothing follows the gate before it, and what nothing waits for leads to the gate after it. */
function edgesOf(shards: readonly Planned[], before: readonly string[], after: readonly string[]): readonly PlacedEdge[] {
  const keys = new Set(shards.map(({ key }) => key))
  const waitedFor = new Set(shards.flatMap((shard) => shard.after))
  const pairs: (readonly [string, string])[] = []
  const chain = (ids: readonly string[]) => ids.slice(1).map((id, at) => pairs.push([ids[at] ?? id, id]))
  chain(before)
  const [entry, exit] = [before.at(-1), after[0]]
  for (const { key, after: parents } of shards) {
    const known = parents.filter((one) => keys.has(one))
    if (known.length === 0 && entry !== undefined) pairs.push([entry, shardId(key)])
    for (const parent of known) pairs.push([shardId(parent), shardId(key)])
    if (!waitedFor.has(key) && exit !== undefined) pairs.push([shardId(key), exit])
  }
  if (shards.length === 0 && entry !== undefined && exit !== undefined) pairs.push([entry, exit])
  chain(after)
  return pairs.map(([from, to]) => ({ id: `${from} ${to}`, from, to }))
}

export function layoutMission(shards: readonly Planned[], gates: readonly Gate[]): GraphLayout {
  const { gapX, gapY } = layoutSizes
  const before = gates.filter((gate) => gate === 'G1' || gate === 'G2')
  const after = gates.filter((gate) => gate === 'G3' || gate === 'G4')
  const gateColumn = (gate: Gate) => [{ id: gateId(gate), kind: 'gate' as const, name: gate, ...layoutSizes.gate }]
  const columns = [
    ...before.map(gateColumn),
    ...columnsOf(shards).map((column) =>
      column.map(({ key }) => ({ id: shardId(key), kind: 'shard' as const, name: key, ...layoutSizes.shard })),
    ),
    ...after.map(gateColumn),
  ]
  const heightOf = (column: (typeof columns)[number]) =>
    column.reduce((sum, { height }) => sum + height, 0) + gapY * Math.max(column.length - 1, 0)
  const height = Math.max(0, ...columns.map(heightOf))
  const nodes: PlacedNode[] = []
  let x = 0
  for (const column of columns) {
    let y = (height - heightOf(column)) / 2
    for (const node of column) {
      nodes.push({ ...node, x, y })
      y += node.height + gapY
    }
    x += Math.max(0, ...column.map(({ width }) => width)) + gapX
  }
  return { nodes, edges: edgesOf(shards, before.map(gateId), after.map(gateId)), width: Math.max(0, x - gapX), height }
}
