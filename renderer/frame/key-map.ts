/** Every action that has a key, what it says on the key map, and which key it has until a person chooses another. */

export const keyActions = {
  'question.new': { title: 'New question', group: 'Everywhere', key: 'n' },
  'run.start': { title: 'Start a run', group: 'Everywhere', key: 's' },
  'mission.start': { title: 'Begin a mission', group: 'Everywhere', key: 'b' },
  'palette.open': { title: 'Find any action', group: 'Everywhere', key: 'ctrl+k' },
  'keys.show': { title: 'Show this map', group: 'Everywhere', key: '?' },
  'panel.toggle': { title: 'Show or hide the evidence', group: 'Everywhere', key: 'e' },
  'go.ask': { title: 'Go to Ask', group: 'Go to', key: '1' },
  // With Ctrl, so that it is one press away while something is typed, too.
  'go.approvals': { title: 'Go to Approvals', group: 'Go to', key: 'ctrl+i' },
  'go.missions': { title: 'Go to Missions', group: 'Go to', key: '0' },
  'go.runs': { title: 'Go to Runs', group: 'Go to', key: '2' },
  'go.documents': { title: 'Go to Documents', group: 'Go to', key: '3' },
  'go.agents': { title: 'Go to Agents', group: 'Go to', key: 'g' },
  'go.models': { title: 'Go to Models', group: 'Go to', key: '4' },
  'go.settings': { title: 'Go to Settings', group: 'Go to', key: '5' },
  'go.audit': { title: 'Go to Audit', group: 'Go to', key: '6' },
  'go.tiers': { title: 'Go to Tiers', group: 'Go to', key: '7' },
  'go.custody': { title: 'Go to Custody', group: 'Go to', key: '8' },
  'go.health': { title: 'Go to Health', group: 'Go to', key: 'h' },
  'go.manual': { title: 'Go to the manual', group: 'Go to', key: '9' },
  'list.next': { title: 'Next in a list', group: 'In lists', key: 'j' },
  'list.previous': { title: 'Previous in a list', group: 'In lists', key: 'k' },
  'list.open': { title: 'Open', group: 'In lists', key: 'enter' },
  'approval.approve': { title: 'Approve, once it was read through', group: 'In approvals and gates', key: 'a' },
  'approval.reject': { title: 'Reject', group: 'In approvals and gates', key: 'r' },
  'approval.revise': { title: 'Send back with words', group: 'In approvals and gates', key: 'v' },
  'manual.find': { title: 'Find in the manual', group: 'In the manual', key: '/' },
  'agent.save': { title: 'Save the agent that is edited', group: 'In the editor of agents', key: 'ctrl+s' },
  'run.pause': { title: 'Pause or resume a run or a mission', group: 'In a run', key: 'p' },
  'run.earlier': { title: 'One event back in time', group: 'In a run', key: '[' },
  'run.later': { title: 'One event on in time', group: 'In a run', key: ']' },
  'context.show': { title: 'What the model was shown', group: 'In a run', key: 'c' },
  'context.previous': { title: 'The model call before', group: 'In a run', key: ',' },
  'context.next': { title: 'The model call after', group: 'In a run', key: '.' },
} as const

export type KeyAction = keyof typeof keyActions
export const keyActionNames = Object.keys(keyActions) as readonly KeyAction[]
export type KeyChoices = Partial<Record<KeyAction, string>>

/** Keys that may not be given away: they leave or move within whatever is open. */
const reserved = ['escape', 'tab', 'shift', 'control', 'alt', 'meta', ' ']

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** A key press by its name, such as `ctrl+k`, `?`, `enter`. The command key of a Mac counts as control. Null for a bare modifier. */
export function nameOfKey(press: KeyPress): string | null {
  const key = press.key.toLowerCase()
  if (reserved.includes(key)) return null
  const prefix = `${press.ctrlKey || press.metaKey ? 'ctrl+' : ''}${press.altKey ? 'alt+' : ''}`
  return `${prefix}${key}`
}

export const keyOf = (action: KeyAction, choices: KeyChoices): string => choices[action] ?? keyActions[action].key

/** Which action a key has now. */
export const actionOf = (key: string, choices: KeyChoices): KeyAction | null =>
  keyActionNames.find((action) => keyOf(action, choices) === key) ?? null

/** As printed on a keyboard: `Ctrl K`, `?`, `Enter`. */
export const printKey = (key: string): string =>
  key
    .split(/\+(?=.)/)
    .map((part) => (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)))
    .join(' ')

/** Gives an action a key; whoever had it before gets its usual one back, or none of the two changes when that would clash too. */
export function chooseKey(choices: KeyChoices, action: KeyAction, key: string): KeyChoices | null {
  const owner = actionOf(key, choices)
  if (owner !== null && owner !== action) return null
  const rest: KeyChoices = { ...choices }
  delete rest[action]
  return key === keyActions[action].key ? rest : { ...rest, [action]: key }
}
