/** The invented walls, what tried to leave, and the policy. */
import type { CallOutput } from '../../../main/contract/calls.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { builtInPolicy } from '../../../main/domain/policy.ts'
import { cui } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

type Entry = CallOutput<'egress.list'>['items'][number]

const walls: CallOutput<'egress.status'>['walls'] = [
  {
    id: 'guard',
    title: 'Guard inside Holdfast',
    state: 'active',
    detail: 'Every way out of Node is refused in the core and its children.',
  },
  { id: 'namespace', title: 'Readers without a network', state: 'active', detail: 'Each document is read in an empty network namespace.' },
  { id: 'interfaces', title: 'Network of this machine', state: 'absent', detail: 'One interface beside the loopback is up: eth0.' },
  { id: 'service', title: 'Walls of the service', state: 'unknown', detail: 'Not started as a service.' },
  { id: 'firewall', title: 'Firewall', state: 'unknown', detail: 'This account may not read its rules.' },
]

const entry = (number: number, change: Partial<Entry>): Entry => ({
  ...{ entry: number, at: nowMs - number * 600_000, boot: id('boot', 1), part: 'core', kind: 'connect', destination: '192.0.2.7:443' },
  ...{ commitment: { alg: 'sha256', value: hex(500 + number) }, decision: 'denied', reason: 'no_permit', count: 1, digest: null },
  ...{ runId: null, stepId: null, endedAt: null, bytesOut: null, bytesIn: null },
  ...change,
})
const entries: readonly Entry[] = [
  entry(4, {
    ...{ part: 'endpoint', destination: '10.20.0.5:8443', decision: 'allowed', reason: 'permitted', bytesOut: 14_212, bytesIn: 3_840 },
    digest: { alg: 'sha256', value: hex(415) },
  }),
  entry(3, { part: 'vectors', kind: 'resolve', destination: 'telemetry.example', count: 3 }),
  entry(2, { decision: 'test', part: 'self_test', kind: 'send', destination: '192.0.2.53:53' }),
]

const { isTightened: _, version: _none, ...rules } = builtInPolicy('m.arden', cui)

export const wayAnswers = (isEmpty: boolean) => ({
  'egress.status': (): CallOutput<'egress.status'> => ({
    sinceStart: isEmpty ? { allowed: 0, denied: 0, test: 0 } : { allowed: 1, denied: 3, test: 9 },
    ever: { allowed: 1, denied: 3, test: 9 },
    walls,
  }),
  'egress.list': (): CallOutput<'egress.list'> => ({ items: isEmpty ? [] : [...entries], total: isEmpty ? 0 : entries.length }),
  'egress.selfTest': (): CallOutput<'egress.selfTest'> => ({
    ...{ ok: true, at: nowMs, recorded: 9 },
    trials: ['TCP', 'UDP', 'a name', 'HTTP/2', 'WebSocket', 'fetch', 'a worker', 'a program (curl)', 'a child'].map((way) => ({
      ...{ way, part: 'core', destination: '192.0.2.1:9', isCaught: true, code: 'egress.denied' },
    })),
  }),
  'policy.get': (): CallOutput<'policy.get'> =>
    isEmpty
      ? {
          ...{ state: 'built_in', faults: [], isSealed: false, version: 0, issuer: null, issuedAt: null, signers: [], hasTrustRoot: false },
          ...{ rules, ceiling: cui, file: '/home/m.arden/.local/share/holdfast/policy/policy.json', history: [] },
        }
      : {
          ...{ state: 'in_force', faults: [], isSealed: false, version: 3, issuer: 'Site security, Kessary', hasTrustRoot: false },
          ...{ issuedAt: '2026-11-02T08:00:00Z', signers: ['A1B2C3D4E5F60718'], ceiling: cui },
          rules: {
            ...rules,
            roles: {
              analyst: { accounts: ['m.arden', 'k.brandt'], clearance: cui },
              reviewer: { accounts: ['l.haugen'], clearance: cui },
              administrator: { accounts: ['r.okafor'], clearance: unclassified },
              security_officer: { accounts: ['l.haugen'], clearance: cui },
              auditor: { accounts: ['audit'], clearance: unclassified },
            },
            separated: [['administrator', 'auditor']],
            dualControl: ['label.lower', 'policy.load', 'tier.add'],
            tiers: {
              datacenter: { isAllowed: true, clearance: cui, crossing: 'ask' },
              frontier: { isAllowed: false, clearance: null, crossing: 'ask' },
            },
            sanitise: [{ kind: 'pattern', name: 'names', pattern: 'J\\. Brask', replacement: '[name]' }],
            egress: [{ host: '10.20.0.5', port: 8_443 }],
          },
          file: '/home/m.arden/.local/share/holdfast/policy/policy.json',
          history: [
            { version: 3, digest: hex(611), keyId: 'A1B2C3D4E5F60718', loadedAt: nowMs - 86_400_000 * 17, loadedBy: 'r.okafor' },
            { version: 2, digest: hex(610), keyId: 'A1B2C3D4E5F60718', loadedAt: nowMs - 86_400_000 * 80, loadedBy: 'r.okafor' },
          ],
        },
})
