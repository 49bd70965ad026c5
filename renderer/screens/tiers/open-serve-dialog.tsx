/** Opens the door for programs: on this machine alone, or on an address that others reach, with a certificate. */
import { type FormEvent, useState } from 'react'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'

const own = '127.0.0.1'

function Form({ onClose }: { onClose: () => void }) {
  const open = useAct('serve.open', { stales: ['serve.status'] })
  const [address, setAddress] = useState(own)
  const [port, setPort] = useState('')
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
  const [authority, setAuthority] = useState('')
  const [isPersistent, setPersistent] = useState(false)
  const isOwn = address.trim() === own
  const number = port.trim() === '' ? 0 : Number(port)
  const isPortBad = !Number.isInteger(number) || number < 0 || number > 65_535
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const tls =
      certificate.trim() === '' && key.trim() === ''
        ? null
        : { certificate: certificate.trim(), key: key.trim(), clientAuthority: authority.trim() === '' ? null : authority.trim() }
    open.mutate({ place: { address: address.trim(), port: number, tls }, isPersistent }, { onSuccess: onClose })
  }
  return (
    <form onSubmit={submit}>
      <div className="space-y-3.5 px-5 py-4">
        <div className="grid grid-cols-[minmax(0,1fr)_8rem] gap-3">
          <TextField
            title="Address to listen on"
            value={address}
            onChange={setAddress}
            isCode
            detail={isOwn ? 'Only programs on this machine reach it.' : 'Others can reach it: it wants a certificate.'}
          />
          <TextField
            title="Port"
            value={port}
            onChange={setPort}
            placeholder="any free"
            isCode
            problem={isPortBad ? 'From 1 to 65535.' : undefined}
          />
        </div>
        {!isOwn && (
          <>
            <TextField
              title="Certificate file"
              value={certificate}
              onChange={setCertificate}
              placeholder="/etc/holdfast/serve.pem"
              isCode
            />
            <TextField title="Its private key" value={key} onChange={setKey} placeholder="/etc/holdfast/serve.key" isCode />
            <TextField
              title="Authority of the callers’ certificates"
              value={authority}
              onChange={setAuthority}
              detail="Empty: callers show their key alone."
              isCode
            />
          </>
        )}
        <label className="flex cursor-pointer items-center gap-2.5">
          <input
            type="checkbox"
            checked={isPersistent}
            onChange={(event) => setPersistent(event.target.checked)}
            className="size-4 accent-accent"
          />
          Open it again after a restart
        </label>
        {open.isError && <FailureNotice failure={open.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={open.isPending || isPortBad || address.trim() === ''}>
          Open the door
        </Button>
      </div>
    </form>
  )
}

export function OpenServeDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Let programs use the models here"
      description="Only with a key, up to its label. Work of people on this machine goes first."
    >
      {isOpen && <Form onClose={onClose} />}
    </Dialog>
  )
}
