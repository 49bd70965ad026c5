/** Which file a text belongs into: that of the name which it says itself. Pure. */
import { AgentName } from '../../../../main/domain/agent.ts'
import { definitionFileOf } from '../../../../main/domain/agent-file.ts'

/** The name that a definition says, where it is one. */
export function nameIn(text: string): string | null {
  const said = /^name:[ \t]*["']?([^\s"'#]+)/m.exec(text)?.[1]
  const name = AgentName.safeParse(said)
  return name.success ? name.data : null
}

/** Where it says none, a name that no file can have: then that is what is wrong with it. */
export const fileIn = (text: string): string => {
  const name = nameIn(text)
  return name === null ? 'unnamed' : definitionFileOf(name)
}
