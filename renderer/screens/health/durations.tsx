/** How long runs and calls took, as a table: on average, and within what half and nine of ten of them ended. */
import { formatCount, formatDuration } from '../../format.ts'
import type { Took } from './read-metrics.ts'

const phaseTitles: Readonly<Record<string, string>> = {
  total: 'From its creation to its end',
  active: 'At work',
  model: 'A call of a model',
  tool: 'A call of a tool',
}
const heads = ['What', 'How often', 'On average', 'Half within', 'Nine of ten within'] as const

const within = (ms: number | null): string => (ms === null ? 'longer' : formatDuration(ms))

export function Durations({ durations }: { durations: readonly Took[] }) {
  return (
    <table className="w-full text-base tabular">
      <thead>
        <tr className="text-left text-small text-ink-2">
          {heads.map((head, at) => (
            <th key={head} scope="col" className={`py-1 font-medium ${at === 0 ? '' : 'pl-3 text-right'}`}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {durations.map(({ phase, count, meanMs, halfMs, mostMs }) => (
          <tr key={phase} className="border-t border-line">
            <th scope="row" className="py-1.5 text-left font-normal">
              {phaseTitles[phase] ?? phase}
            </th>
            {[formatCount(count), formatDuration(meanMs), within(halfMs), within(mostMs)].map((figure, at) => (
              <td key={heads[at + 1]} className="py-1.5 pl-3 text-right">
                {figure}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
