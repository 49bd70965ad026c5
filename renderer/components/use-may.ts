/** Whether the account that is signed in may do something, and if not, why: the roles that may, and those it has. */
import { type Action, describeRoles, rolesFor, roleWords } from '../../main/domain/role.ts'
import { useCall } from '../api.tsx'

export interface May {
  readonly isAllowed: boolean
  /** Null while it is allowed. */
  readonly why: string | null
}

const orWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

export function useMay(action: Action): May {
  const status = useCall('station.status', {}).data
  const wanted = rolesFor[action]
  if (status === undefined) return { isAllowed: false, why: 'It is not known yet what this account may do.' }
  if (wanted.some((role) => status.roles.includes(role))) return { isAllowed: true, why: null }
  const who = orWords(wanted.map((role) => roleWords[role]))
  return {
    isAllowed: false,
    why: `This takes an account with the role of ${who}; ${status.account} has ${describeRoles(status.roles)}.`,
  }
}
