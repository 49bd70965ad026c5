/** How a command gives up: it says what is the matter and what to do, and leaves nothing that looks finished. */

/** A reason for people; whoever runs the command prints it without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

export function refuse(what: string, toDo: string): never {
  throw new Refusal(`${what} ${toDo}`)
}
