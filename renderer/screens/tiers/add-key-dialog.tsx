/** Makes a key for one program. Its secret is shown once, here, and nowhere again. */
import { type FormEvent, useState } from 'react'
import { parseMarking } from '../../../main/domain/parse-marking.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'

const day = 86_400_000
const whole = (text: string): number | null => (/^[1-9]\d{0,11}$/.test(text.trim()) ? Number(text) : null)

function Form({ onClose }: { onClose: () => void }) {
  const add = useAct('serve.addKey', { stales: ['serve.keys', 'serve.status'] })
  const [name, setName] = useState('')
  const [marked, setMarked] = useState('UNCLASSIFIED')
  const [tokens, setTokens] = useState('')
  const [days, setDays] = useState('90')
  const label = parseMarking(marked)
  const isTokensBad = tokens.trim() !== '' && whole(tokens) === null
  const isDaysBad = days.trim() !== '' && whole(days) === null
  const isReady = name.trim() !== '' && label.ok && !isTokensBad && !isDaysBad
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady || !label.ok) return
    const lasts = whole(days)
    add.mutate({ name, ceiling: label.value, tokensMax: whole(tokens), expiresAt: lasts === null ? null : Date.now() + lasts * day })
  }
  if (add.data !== undefined) {
    const { secret, key } = add.data
    return (
      <div>
        <div className="space-y-3 px-5 py-4">
          <p>
            The key of <b className="font-medium">{key.name}</b>. Give it to the program now: only a salted hash of it is kept.
          </p>
          <div className="flex items-center gap-2 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
            <span className="min-w-0 flex-1 font-mono text-small [overflow-wrap:anywhere] select-all">{secret}</span>
            <CopyButton text={() => secret} />
          </div>
        </div>
        <div className="flex justify-end border-t border-line px-5 py-3">
          <Button size="medium" kind="main" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form onSubmit={submit}>
      <div className="space-y-3.5 px-5 py-4">
        <TextField title="The program" value={name} onChange={setName} placeholder="Translation desk" />
        <TextField
          title="The highest label it may ask with"
          value={marked}
          onChange={setMarked}
          problem={label.ok ? undefined : 'Give a marking such as UNCLASSIFIED, CUI or SECRET//NOFORN.'}
          detail="A request that says nothing counts as this."
          isCode
        />
        <div className="grid grid-cols-2 gap-3">
          <TextField
            title="Tokens in all"
            value={tokens}
            onChange={setTokens}
            detail="Empty: no limit."
            problem={isTokensBad ? 'Give a whole number.' : undefined}
          />
          <TextField
            title="Days it lasts"
            value={days}
            onChange={setDays}
            detail="Empty: until you end it."
            problem={isDaysBad ? 'Give a whole number.' : undefined}
          />
        </div>
        {add.isError && <FailureNotice failure={add.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={!isReady || add.isPending}>
          Make the key
        </Button>
      </div>
    </form>
  )
}

export function AddKeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="A key for a program">
      {isOpen && <Form onClose={onClose} />}
    </Dialog>
  )
}
