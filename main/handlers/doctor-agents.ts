/** What the self-check says of agents and of those who approve for them, as far as whoever asks may see. */
import { type Alert, alertsOf, alertWindow } from '../domain/alerts.ts'
import { judgeRate, rateLimits } from '../domain/approval-rate.ts'
import { hasDrifted } from '../domain/drift.ts'
import { type Check, failed, passed, warning } from './doctor-check.ts'

const words: Readonly<Record<Alert['kind'], (measured: number) => string>> = {
  errors: (share) => `${Math.round(share * 100)} % of its runs failed`,
  context: (percent) => `its contexts were up to ${Math.round(percent)} % full`,
  duration: (ms) => `a run of it worked for ${Math.round(ms / 1_000)} s`,
}

const agents: Check = {
  id: 'agents',
  title: 'Agents',
  find: ({ runFigures, clock }, labels) => {
    const ids = runFigures.since(clock() - alertWindow.lastsMs, alertWindow.runsMax, labels)
    const alerts = alertsOf(ids.flatMap((id) => runFigures.of(id) ?? []))
    if (alerts.length === 0) return passed('Within a day no agent failed too often, filled its contexts or worked too long.')
    return warning(
      `Within a day: ${alerts.map(({ agent, kind, measured }) => `${agent}, ${words[kind](measured)}`).join('; ')}.`,
      'Look at its runs with holdfast runs list, and at one of them with holdfast trace.',
    )
  },
}

const approvals: Check = {
  id: 'approvals',
  title: 'Approvals',
  find: ({ holds }) => {
    const { approved, decided } = holds.decided(rateLimits.decisionsMax)
    const { verdict, rate } = judgeRate(approved, decided)
    if (verdict === 'rubber_stamp')
      return warning(
        `All of the last ${decided} proposals were approved: that looks like a rubber stamp.`,
        'Look closely at some of them; where nothing is ever refused, the limits may be too narrow or nobody reads.',
      )
    if (verdict === 'bad_proposals')
      return warning(
        `Only ${Math.round((rate ?? 0) * 100)} % of the last ${decided} proposals were approved: agents propose badly.`,
        'Look at what was refused, and change the agents or what they are asked.',
      )
    return passed(
      verdict === 'too_few' ? 'Too few proposals were decided to say anything.' : 'People approve some proposals and refuse others.',
    )
  },
}

const incidents: Check = {
  id: 'incidents',
  title: 'Incidents',
  find: (services, labels) => {
    const { total } = services.incidents.list({ isOpen: true, labels }, 1, 0)
    const breached = services.incidentDesk.budgets(labels).filter(({ isBreached }) => isBreached)
    const used = breached.map(({ subject, burnt }) => `${subject} has used ${Math.round(burnt * 100)} % of its error budget`)
    if (total === 0 && used.length === 0) return passed('None is open, and every agent and tier keeps its objective.')
    return warning(
      [...(total === 0 ? [] : [`${total} ${total === 1 ? 'is' : 'are'} open`]), ...used].join('; ').concat('.'),
      'Look at them with holdfast incidents list, and close each with what was the matter.',
    )
  },
}

const drift: Check = {
  id: 'drift',
  title: 'Drift',
  find: async ({ drift: desk, bundles }) => {
    const drifted = (await desk.look(false, bundles.delivered)).filter(hasDrifted)
    if (drifted.length === 0) return passed('Policy, agents, prompts, models and files are what was signed, admitted or loaded.')
    const said = drifted.map(({ part, changed, missing, added }) => `${part}: ${changed} changed, ${missing} missing, ${added} added`)
    return failed(
      `Not what was signed, admitted or loaded: ${said.join('; ')}.`,
      'Look at what, with holdfast drift. Put back what nobody meant to change; agents that are meant are read in again.',
    )
  },
}

export const agentChecks = { agents, approvals, incidents, drift }
