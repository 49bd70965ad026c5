/** Keys of endpoints, and what keeps them out of everything that is written down. Opened first, so that no line of the log is older. */
import { createRedactor, type Redactor } from '../routing/redact.ts'
import { createSecretFile, type SecretStore } from '../routing/secrets.ts'
import { writeDurablySync } from '../store/durable-file.ts'
import type { Paths } from '../world.ts'

export interface Secrets {
  readonly store: SecretStore
  redact(text: string): string
}

export function openSecrets(paths: Pick<Paths, 'keys'>): Secrets {
  // A keystore of the operating system takes its place here, where there is one.
  const store = createSecretFile(paths.keys, writeDurablySync)
  let redactor: Redactor | null = null
  /** Whatever is kept now is known from the next line on, and what was kept before still is. */
  const before: string[] = []
  const known = (): readonly string[] => {
    try {
      return store.texts()
    } catch {
      // What cannot be read cannot be written down either.
      return []
    }
  }
  const changed = (work: () => void) => {
    before.push(...known())
    work()
    redactor = null
  }
  return {
    store: {
      ...store,
      put: (endpointId, secret) => changed(() => store.put(endpointId, secret)),
      remove: (endpointId) => changed(() => store.remove(endpointId)),
    },
    redact: (text) => {
      redactor ??= createRedactor([...before, ...known()])
      return redactor.text(text)
    },
  }
}
