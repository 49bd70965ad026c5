/** How agents, tools and tiers do, in plain words. */
import type { Incident } from '../../../main/contract/telemetry.ts'
import type { DriftPart } from '../../../main/domain/drift.ts'
import { type IncidentCause, incidentWords } from '../../../main/domain/incident.ts'
import type { Tone } from '../../components/chip.tsx'
import { isTierName, tierTitles } from '../../route-words.ts'
import { agentWords } from '../runs/run-words.ts'

export const causeTitles: Readonly<Record<IncidentCause, string>> = {
  spiral: 'went in circles',
  budget: 'error budget used up',
  breaker: 'not asked for a while',
}

export const causeTones: Readonly<Record<IncidentCause, Tone>> = { spiral: 'warn', budget: 'bad', breaker: 'bad' }

/** What Holdfast did about it by itself, and what a person should look at. */
export const causeSentences: Readonly<Record<IncidentCause, string>> = {
  spiral:
    'The same call or the same failure came again and again, so its run was held. Look at its last calls; then let it go on, send it back with words, or stop it.',
  budget:
    'Over a week more of it failed than its objective allows. It goes on being used. Look at its failed runs for what they have in common; once the incident is closed, it is counted anew.',
  breaker: 'It failed so often in a row that it was left alone for a while; then one call may try. Look at what the last of them ran into.',
}

/** An agent or a tier as a person reads it. What was not asked for a while is a tool or an endpoint otherwise, each by its own name. */
export const subjectWords = ({ subject, cause }: Pick<Incident, 'subject' | 'cause'>): string => {
  if (isTierName(subject)) return tierTitles[subject]
  return cause === 'breaker' ? subject : agentWords(subject)
}

/** `Research went in circles.` */
export const incidentSentence = (incident: Pick<Incident, 'subject' | 'cause'>): string =>
  `${subjectWords(incident)} ${incidentWords[incident.cause]}`

export const driftTitles: Readonly<Record<DriftPart, { readonly title: string; readonly detail: string; readonly unwatched: string }>> = {
  policy: {
    title: 'Policy',
    detail: 'Against what was signed.',
    unwatched: 'There is nothing to compare with.',
  },
  agents: {
    title: 'Agents of the site',
    detail: 'Against what was there when a person last read them in.',
    unwatched: 'None has been read in yet.',
  },
  prompts: {
    title: 'Agents and prompts of the product',
    detail: 'Against what they were when this version was first started here.',
    unwatched: 'This version has not put down yet what they are.',
  },
  models: {
    title: 'Models',
    detail: 'Against their hashes when they were admitted.',
    unwatched: 'No model is admitted.',
  },
  files: {
    title: 'Delivered files',
    detail: 'Against the list that was delivered with them.',
    unwatched: 'This Holdfast was not delivered as a whole; it runs from its source.',
  },
}
