/** What is killed, and when: every named moment once, then as the seed has it. */
import type { ChildName } from './child-kills.ts'
import { type Arm, moments } from './core-messages.ts'
import type { Roll } from './operator.ts'

const limits = { countMax: 12 } as const

export type Kill = { readonly kind: 'moment'; readonly arm: Arm } | { readonly kind: 'core' } | { readonly kind: ChildName }

/** Passed by a start alone, and only after a run was lost. */
export const startOnly = 'loop.before_recover'

export const nameOf = (kill: Kill): string => (kill.kind === 'moment' ? kill.arm.name : kill.kind)

/** Moments that are brought about once each time they are waited for; the others come many times in any work. */
const isRare = (name: string): boolean => /^(audit|child)\./.test(name) || name === startOnly

/** Every moment once, then chance: half at a moment, a third anywhere, the rest at children. */
export function planKills(count: number, roll: Roll): readonly Kill[] {
  const children: readonly ChildName[] = ['inference', 'parser', 'table']
  const atMoment = (name: string, countMax: number): Kill => ({
    kind: 'moment',
    arm: { name, count: isRare(name) ? 1 : 1 + roll(countMax) },
  })
  const first: readonly Kill[] = [...moments.map((name) => atMoment(name, 2)), ...children.map((kind): Kill => ({ kind }))]
  const any = (): Kill => {
    const way = roll(12)
    if (way < 6) return atMoment(moments[roll(moments.length)] ?? 'journal.after_commit', limits.countMax)
    if (way < 10) return { kind: 'core' }
    return { kind: children[roll(children.length)] ?? 'parser' }
  }
  return Array.from({ length: count }, (_, i) => first[i] ?? any())
}
