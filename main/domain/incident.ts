/** What is an incident: an agent that went in circles, an error budget that is used up, a part that was not asked any more. */
export const incidentCauses = ['spiral', 'budget', 'breaker'] as const
export type IncidentCause = (typeof incidentCauses)[number]

export const incidentWords: Readonly<Record<IncidentCause, string>> = {
  spiral: 'went in circles',
  budget: 'failed more often than it may',
  breaker: 'failed so often in a row that it was not asked for a while',
}
