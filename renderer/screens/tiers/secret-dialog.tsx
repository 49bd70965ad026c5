/** Takes the keys of an endpoint. They are sealed at once and never shown again; an empty field removes one. */
import { type FormEvent, useState } from 'react'
import type { Endpoint } from '../../../main/domain/endpoint.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'

function Form({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const keep = useAct('tiers.secret', { stales: ['tiers.list'] })
  const [bearer, setBearer] = useState('')
  const [clientKey, setClientKey] = useState('')
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    keep.mutate({ endpointId: endpoint.id, secret: { bearer: orNull(bearer), clientKey: orNull(clientKey) } }, { onSuccess: onClose })
  }
  return (
    <form onSubmit={submit}>
      <div className="space-y-3.5 px-5 py-4">
        <TextField
          title="Key that is sent with each request"
          type="password"
          value={bearer}
          onChange={setBearer}
          detail={endpoint.hasSecret ? 'One is kept. What you give now takes its place; nothing removes it.' : 'None is kept yet.'}
          isCode
        />
        {endpoint.clientCertificate !== null && (
          <TextField
            title="Private key of the certificate that this machine shows"
            value={clientKey}
            onChange={setClientKey}
            rows={4}
            placeholder="-----BEGIN PRIVATE KEY-----"
            isCode
          />
        )}
        {keep.isError && <FailureNotice failure={keep.error.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={keep.isPending}>
          {bearer.trim() === '' && clientKey.trim() === '' ? 'Remove the keys' : 'Keep the keys'}
        </Button>
      </div>
    </form>
  )
}

export function SecretDialog({ endpoint, isOpen, onClose }: { endpoint: Endpoint; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={`Keys of ${endpoint.name}`}
      description="They are sealed in the data folder, go to this endpoint alone, and stand in no log, export or report."
    >
      {isOpen && <Form endpoint={endpoint} onClose={onClose} />}
    </Dialog>
  )
}
