/** The hash that a person approves by where nobody can be asked: what `--yes --hash` must bring. */
import { Digest } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Confirm } from './confirm.ts'

export interface ApproveWishes {
  readonly isYes: boolean
  /** As it was shown, with or without `sha256:`. */
  readonly hash: string | undefined
  /** Null where nobody can be asked. */
  readonly confirm: Confirm | null
}

/** `show` is the command that prints the hash. */
export function givenHash({ isYes, hash }: ApproveWishes, show: string): Result<Digest> {
  if (!isYes || hash === undefined) {
    const next = `Look with ${show}, then approve with --yes --hash and the hash that stands there.`
    return fail('cli.hash_needed', 'Nobody can be asked here, so the hash of what is approved must be given.', next)
  }
  const digest = Digest.safeParse({ alg: 'sha256', value: hash.replace(/^sha256:/, '') })
  return digest.success ? ok(digest.data) : fail('cli.bad_hash', 'That is no SHA-256 hash.', `Give the 64 digits that ${show} prints.`)
}
