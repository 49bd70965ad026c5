/** The first thing said on this screen: whose air-gap bundles this station takes. Compared by a person, once. */
import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useMay } from '../../components/use-may.ts'
import { inGroups, readFingerprint } from './fingerprint.ts'
import { MediumField } from './medium-field.tsx'
import { useMedium } from './use-medium.ts'

/** Failures that are about one field stand under it. */
const ofFolder: ReadonlySet<string> = new Set(['bundle.bad_path', 'bundle.own_data'])

/** `isAgain`: it was said before, and what stands there now cannot be believed. */
export function TrustForm({ isAgain }: { isAgain: boolean }) {
  const may = useMay('bundles.admit')
  const { path, setPath } = useMedium()
  const trust = useAct('bundles.trust', { stales: ['bundles.status'] })
  const [typed, setTyped] = useState('')
  const [wasSent, setSent] = useState(false)
  const read = readFingerprint(typed)
  const failure = trust.error?.failure ?? null
  const isWrong = failure?.code === 'bundle.fingerprint_wrong'
  const said = failure === null ? undefined : `${failure.message} ${failure.hint}`

  const change = (text: string) => {
    setTyped(text)
    setSent(false)
    trust.reset()
  }
  const choose = (folder: string) => {
    setPath(folder)
    trust.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setSent(true)
    if (may.isAllowed && read.is === 'whole' && path.trim() !== '') trust.mutate({ path: path.trim(), fingerprint: read.fingerprint })
  }
  const short = read.is === 'short' ? `${read.digits} of 64 digits.` : null
  const problem = read.is === 'wrong' ? read.problem : isWrong ? said : wasSent && short !== null ? `${short} Type all of them.` : undefined
  return (
    <section aria-labelledby="trust-form-title" className="rounded-lg border border-line bg-surface">
      <div className="flex items-start gap-4 border-b border-line px-5 py-4.5">
        <span className="flex size-10 shrink-0 items-center justify-center rounded-lg border border-line bg-ground text-accent">
          <KeyRound aria-hidden className="size-5" strokeWidth={1.6} />
        </span>
        <div className="min-w-0">
          <h2 id="trust-form-title" className="text-read font-semibold">
            {isAgain
              ? 'Say again whose air-gap bundles this station takes'
              : 'Nobody has said yet whose air-gap bundles this station takes'}
          </h2>
          <p className="mt-0.5 max-w-152 text-ink-2">
            {isAgain
              ? 'Find out first who changed it. Then compare the root on a medium that you trust with its transfer sheet: numbers and what was called back before are not forgotten.'
              : 'Every air-gap bundle is signed, and a root of trust on the medium says whose signatures count. Compare that root’s fingerprint with the transfer sheet, which came to you by another way than the medium did: from then on, nothing else is taken here.'}
          </p>
        </div>
      </div>
      <form onSubmit={submit} className="space-y-4 px-5 py-4.5">
        <MediumField
          path={path}
          onPath={choose}
          isDisabled={!may.isAllowed}
          problem={
            failure !== null && ofFolder.has(failure.code) ? said : wasSent && path.trim() === '' ? 'Name the folder first.' : undefined
          }
        />
        <TextField
          title="Fingerprint from the transfer sheet"
          value={typed}
          onChange={change}
          onBlur={() => read.is === 'whole' && setTyped(inGroups(read.fingerprint).join(' '))}
          problem={problem}
          detail={read.is === 'whole' ? 'All 64 digits are there. Compare them once more, group by group.' : (short ?? undefined)}
          placeholder="3f0a 91c2 … 64 digits, blanks and capitals as you like"
          isDisabled={!may.isAllowed}
          rows={2}
          isCode
        />
        {failure !== null && !isWrong && !ofFolder.has(failure.code) && <FailureNotice failure={failure} />}
        <div className="flex items-center gap-4">
          <p className="min-w-0 flex-1 text-small text-ink-2">
            {may.why ?? 'It is recorded with your account. Later roots are followed by their signatures alone.'}
          </p>
          <Button size="medium" kind="main" type="submit" disabled={!may.isAllowed || trust.isPending}>
            {trust.isPending ? 'Checking the root…' : 'Trust this root'}
          </Button>
        </div>
      </form>
    </section>
  )
}
