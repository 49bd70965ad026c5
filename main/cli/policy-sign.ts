/** `holdfast policy sign`, which needs no core. */
import { writeFileSync } from 'node:fs'
import type { CommandOutput } from '../contract/cli.ts'
import { readJson } from '../domain/canonical-json.ts'
import { keyIdText, signBytes } from '../domain/minisign.ts'
import { Policy } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { ed25519 } from '../policy/ed25519.ts'
import { readSecretKey, readText } from './key-files.ts'
import { plain, type Spoken } from './output.ts'

const notAPolicy = fail('policy.malformed', 'This is no policy.', 'See what is wrong with it: holdfast policy check.')

/** Writes the signature beside the policy. What is signed is at least of the right form. */
export function policySign(
  file: string,
  { key: keyFile, comment }: { readonly key: string; readonly comment?: string },
): Result<Spoken<CommandOutput<'policy sign'>>> {
  const text = readText(file)
  if (!text.ok) return text
  const policy = Policy.safeParse(readJson(text.value))
  if (!policy.success) return notAPolicy
  const key = readSecretKey(keyFile)
  if (!key.ok) return key
  const said = (comment ?? `holdfast policy version ${policy.data.version}`).replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200)
  const signature = `${fromInvocation(file)}.minisig`
  writeFileSync(signature, signBytes(new TextEncoder().encode(text.value), key.value, said, ed25519))
  const keyId = keyIdText(key.value.id)
  return ok({
    value: { file: signature, keyId, version: policy.data.version },
    lines: [`${plain(signature)}, signed with the key ${keyId}`],
  })
}
