/** A core in the test's own process, as the commands see one: results, not throws. */
import type { App } from '../../main/app.ts'
import type { CommandCore } from '../../main/cli/core.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { ok } from '../../main/domain/result.ts'

export const commandCore = (app: App): CommandCore => ({
  isOwn: true,
  call: async <N extends CallName>(name: N, input: unknown) => {
    const reply = await app.dispatch(name, input, { account: 'tester', shell: 'cli' })
    // The dispatcher parsed it with this call's own schema.
    return reply.ok ? ok(reply.value as CallOutput<N>) : reply
  },
  subscribe: app.subscribe,
  idle: app.idle,
  close: async () => undefined,
})
