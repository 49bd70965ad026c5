/**
 * The shards of a mission as a drawing, with what waits for what and where a person decides. It is for eyes and a pointer: the list beside
 * it holds all of it for the keyboard and for a screen reader, so that this is hidden from both.
 */
import {
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import { type CSSProperties, createContext, memo, useCallback, useContext, useEffect, useMemo, useRef } from 'react'
import type { MissionDetail, MissionShardView } from '../../../main/contract/missions.ts'
import type { Gate } from '../../../main/domain/mission/gates.ts'
import { IconButton } from '../../components/button.tsx'
import type { Tone } from '../../components/chip.tsx'
import { useWidth } from '../../documents/use-width.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { agentWords } from '../runs/run-words.ts'
import { gateStates, gateSubjects, shardTones, shardWords } from './mission-words.ts'
import { type GraphLayout, layoutMission } from './shard-layout.ts'
import { useStage } from './use-stage.ts'

const sizes = { heightMin: 132, heightMax: 380, padding: 18, zoomMax: 1, zoomRead: 0.5, zoomMin: 0.05 } as const
const edges: Readonly<Record<Tone, string>> = {
  ...{ plain: 'border-l-line-strong', ok: 'border-l-ok', warn: 'border-l-warn', bad: 'border-l-bad' },
  ...{ info: 'border-l-info', accent: 'border-l-accent' },
}
const inks: Readonly<Record<Tone, string>> = {
  ...{ plain: 'text-ink-2', ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', info: 'text-info', accent: 'text-accent' },
}

type ShardNode = Node<{ readonly name: string }, 'shard'>
type GateNode = Node<{ readonly name: string }, 'gate'>

interface Drawn {
  readonly mission: MissionDetail
  readonly selected: string | null
}
/** How what is drawn does. Its boxes read it here, so that the drawing stays as it is while a mission moves. */
const DrawnContext = createContext<Drawn | null>(null)

const Ends = () => (
  <>
    <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
    <Handle type="source" position={Position.Right} isConnectable={false} className="invisible" />
  </>
)

const Shard = memo(function Shard({ shard, isSelected }: { shard: MissionShardView; isSelected: boolean }) {
  const tone = shardTones[shard.status]
  const stage = useStage(shard)
  return (
    <div
      className={`flex h-full flex-col justify-center rounded-md border border-l-4 bg-surface px-3 py-1.5 text-left ${edges[tone]} ${isSelected ? 'border-accent ring-1 ring-accent' : 'border-line-strong'}`}
    >
      <p className="line-clamp-2 text-small leading-4 font-medium [overflow-wrap:anywhere]">
        {shard.title === null ? 'Purged' : visibleString(shard.title)}
      </p>
      <p className="mt-1 flex items-baseline justify-between gap-2 text-note">
        <span className={`shrink-0 font-semibold ${inks[tone]}`}>{stage ?? shardWords[shard.status]}</span>
        <span className="truncate text-ink-2">{agentWords(shard.agent)}</span>
      </p>
      <Ends />
    </div>
  )
})

function ShardBox({ data: { name } }: NodeProps<ShardNode>) {
  const drawn = useContext(DrawnContext)
  const shard = drawn?.mission.shardList.find(({ key }) => key === name)
  return shard !== undefined && <Shard shard={shard} isSelected={drawn?.selected === name} />
}

const GateMark = memo(function GateMark({ gate, state }: { gate: Gate; state: keyof typeof gateStates }) {
  const { words, tone } = gateStates[state]
  return (
    <div
      className={`flex h-full flex-col justify-center rounded-full border px-4 text-center ${state === 'open' ? 'border-warn bg-warn-soft' : 'border-dashed border-edge bg-ground'}`}
    >
      <p className="text-small font-medium">
        <span className="font-mono text-note text-ink-2">{gate}</span> {gateSubjects[gate]}
      </p>
      <p className={`text-note font-semibold ${inks[tone]}`}>{words}</p>
      <Ends />
    </div>
  )
})

const gateStateOf = ({ openGate, passed, outcome }: MissionDetail, gate: Gate): keyof typeof gateStates =>
  openGate?.gate === gate
    ? 'open'
    : passed.includes(gate) || (gate === 'G4' && outcome === 'released')
      ? 'passed'
      : outcome === null
        ? 'ahead'
        : 'never'

function GateBox({ data: { name } }: NodeProps<GateNode>) {
  const mission = useContext(DrawnContext)?.mission
  const gate = mission?.gates.find((one) => one === name)
  return mission !== undefined && gate !== undefined && <GateMark gate={gate} state={gateStateOf(mission, gate)} />
}

const nodeTypes = { shard: ShardBox, gate: GateBox }

interface Props extends Drawn {
  readonly onSelect: (key: string) => void
}

const variables = {
  '--xy-edge-stroke': 'var(--edge)',
  '--xy-edge-stroke-default': 'var(--edge)',
  '--xy-background-color': 'transparent',
} as CSSProperties

const Drawing = memo(function Drawing({ layout, onSelect }: { layout: GraphLayout } & Pick<Props, 'onSelect'>) {
  const room = useRef<HTMLDivElement>(null)
  const width = useWidth(room)
  const flow = useReactFlow()
  const isReady = useNodesInitialized()
  const nodes = useMemo(
    () =>
      layout.nodes.map(({ id, kind, name, x, y, width: w, height: h }): ShardNode | GateNode => {
        const end = { x: 0, y: h / 2, width: 1, height: 1 }
        return {
          ...{ id, type: kind, data: { name }, position: { x, y }, width: w, height: h, measured: { width: w, height: h } },
          handles: [
            { ...end, type: 'target', position: Position.Left },
            { ...end, type: 'source', position: Position.Right, x: w },
          ],
        }
      }),
    [layout],
  )
  const lines = useMemo(
    () =>
      layout.edges.map(({ id, from, to }) => ({
        ...{ id, source: from, target: to, focusable: false, selectable: false },
        markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: 'var(--edge)' },
      })),
    [layout],
  )
  const scale = Math.min(sizes.zoomMax, Math.max(width - 2 * sizes.padding, 1) / Math.max(layout.width, 1))
  const height = Math.min(sizes.heightMax, Math.max(sizes.heightMin, layout.height * scale + 2 * sizes.padding))
  // Follows from the layout and the room alone, so that nothing has to be measured. What is too large to be read as a whole begins at its beginning.
  const zoom = Math.max(sizes.zoomRead, Math.min(scale, (height - 2 * sizes.padding) / Math.max(layout.height, 1)))
  const left = Math.max(sizes.padding, (width - layout.width * zoom) / 2)
  const top = Math.max(sizes.padding, (height - layout.height * zoom) / 2)
  const settle = useCallback(() => void flow.setViewport({ x: left, y: top, zoom }), [flow, left, top, zoom])
  useEffect(() => {
    if (isReady && width > 0) settle()
  }, [isReady, width, settle])
  return (
    <div ref={room} className="relative overflow-hidden rounded-lg border border-line bg-sunken">
      <div aria-hidden style={{ height }}>
        <ReactFlow
          nodes={nodes}
          edges={lines}
          nodeTypes={nodeTypes}
          style={variables}
          minZoom={sizes.zoomMin}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_event, node) => {
            if (node.type === 'shard') onSelect(node.data.name)
          }}
        />
      </div>
      <div className="absolute right-2 bottom-2 flex gap-0.5 rounded-md border border-line bg-raised p-0.5">
        <IconButton label="Larger" onClick={() => void flow.zoomIn()}>
          <Plus strokeWidth={1.6} />
        </IconButton>
        <IconButton label="Smaller" onClick={() => void flow.zoomOut()}>
          <Minus strokeWidth={1.6} />
        </IconButton>
        <IconButton label="Show all of it" onClick={() => void flow.fitView({ padding: `${sizes.padding}px`, maxZoom: sizes.zoomMax })}>
          <Maximize strokeWidth={1.6} />
        </IconButton>
      </div>
    </div>
  )
})

export function ShardGraph({ mission, selected, onSelect }: Props) {
  const { shardList, gates } = mission
  const shape = JSON.stringify([gates, shardList.map(({ key, after }) => [key, after])])
  // What is drawn where follows from the plan alone, and not from how its shards do.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all that matters
  const layout = useMemo(() => layoutMission(shardList, gates), [shape])
  const drawn = useMemo(() => ({ mission, selected }), [mission, selected])
  return (
    <DrawnContext value={drawn}>
      <ReactFlowProvider>
        <Drawing layout={layout} onSelect={onSelect} />
      </ReactFlowProvider>
    </DrawnContext>
  )
}
