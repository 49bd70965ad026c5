/** Describes an endpoint, new or known: where it is, how it is known to be the right one, what it may be given, what it costs. */
import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { Endpoint, EndpointDraft } from '../../../main/domain/endpoint.ts'
import { useAct } from '../../api.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TextField } from '../../components/text-field.tsx'
import { tierTitles } from '../../route-words.ts'
import { draftFrom, newEndpoint, newModel, type Problems, type TypedEndpoint, type TypedModel, typedFrom } from './endpoint-form.ts'

const stales = ['tiers.list', 'station.status'] as const

function Switch({ title, detail, isOn, onChange }: { title: string; detail: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="flex cursor-pointer items-start gap-2.5">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="block text-small text-ink-2">{detail}</span>
      </span>
    </label>
  )
}

const Group = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <fieldset className="space-y-3 border-t border-line px-5 py-4 first:border-0">
    <legend className="float-left mb-2.5 w-full font-semibold">{title}</legend>
    <div className="clear-both space-y-3">{children}</div>
  </fieldset>
)

interface ModelsProps {
  readonly models: readonly TypedModel[]
  readonly onChange: (models: readonly TypedModel[]) => void
  readonly problem: string | undefined
}

function Models({ models, onChange, problem }: ModelsProps) {
  const change = (at: number, part: Partial<TypedModel>) => onChange(models.map((one, i) => (i === at ? { ...one, ...part } : one)))
  return (
    <div className="space-y-3">
      {models.map((model, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row that is being typed has no other identity
        <div key={i} className="grid grid-cols-[minmax(0,1fr)_6.5rem_6.5rem_6.5rem_1.75rem] items-end gap-2">
          <TextField title="Model" value={model.name} onChange={(name) => change(i, { name })} placeholder="llama-3.3-70b" isCode />
          <TextField title="Window" value={model.contextTokens} onChange={(contextTokens) => change(i, { contextTokens })} />
          <TextField title="Per M in" value={model.promptMicros} onChange={(promptMicros) => change(i, { promptMicros })} />
          <TextField title="Per M out" value={model.completionMicros} onChange={(completionMicros) => change(i, { completionMicros })} />
          <IconButton
            label={`Leave out model ${i + 1}`}
            disabled={models.length === 1}
            onClick={() => onChange(models.filter((_, j) => j !== i))}
          >
            <X />
          </IconButton>
        </div>
      ))}
      <p className={`text-small ${problem === undefined ? 'text-ink-3' : 'text-bad'}`}>
        {problem ?? 'The window in tokens; prices in millionths of your currency for a million tokens, 0 where nothing is charged.'}
      </p>
      <Button onClick={() => onChange([...models, newModel])}>
        <Plus aria-hidden />
        Another model
      </Button>
    </div>
  )
}

function Fields({
  typed,
  set,
  problems,
  isNew,
}: {
  typed: TypedEndpoint
  set: (part: Partial<TypedEndpoint>) => void
  problems: Problems
  isNew: boolean
}) {
  const field = (name: keyof TypedEndpoint & string) => ({
    value: String(typed[name]),
    onChange: (value: string) => set({ [name]: value }),
    problem: problems[name],
  })
  return (
    <>
      <Group title="What it is">
        <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-3">
          <TextField title="Name" {...field('name')} placeholder="Building 4, rack 2" />
          {isNew && (
            <span className="pt-5.5">
              <ChoiceMenu
                label="Tier"
                value={typed.tier}
                onChoose={(tier) => set({ tier: tier === 'frontier' ? 'frontier' : 'datacenter' })}
                choices={[
                  { value: 'datacenter', title: tierTitles.datacenter, detail: 'A machine of your own enclave.' },
                  { value: 'frontier', title: tierTitles.frontier, detail: 'A machine outside of it.' },
                ]}
              />
            </span>
          )}
        </div>
        <TextField
          title="The highest label it may be given"
          {...field('clearance')}
          detail="Whatever is above it never goes there. The policy may allow less."
          isCode
        />
      </Group>
      <Group title="Where it is">
        <div className="grid grid-cols-[minmax(0,1fr)_7rem_8rem] gap-3">
          <TextField title="Address" {...field('host')} placeholder="10.20.0.5" isCode />
          <TextField title="Port" {...field('port')} isCode />
          <TextField title="Path" {...field('basePath')} isCode />
        </div>
        <Switch
          title="Encrypted, and known by its certificate"
          detail="Without it, only a program on this very machine may be asked."
          isOn={typed.isTls}
          onChange={(isTls) => set({ isTls })}
        />
        {typed.isTls && (
          <>
            <TextField
              title="Name in its certificate"
              {...field('serverName')}
              detail="Empty when the certificate names the address."
              isCode
            />
            <TextField
              title="Certificate of the one authority that is believed"
              {...field('certificateAuthority')}
              rows={4}
              isCode
              placeholder="-----BEGIN CERTIFICATE-----"
            />
            <TextField
              title="Certificate that this machine shows"
              {...field('clientCertificate')}
              detail="Empty when it asks for none. Its key is given apart, and kept sealed."
              rows={2}
              isCode
            />
          </>
        )}
      </Group>
      <Group title="What it offers">
        <Models models={typed.models} onChange={(models) => set({ models })} problem={problems.models} />
        <TextField title="First word expected within, ms" {...field('firstTokenMsMax')} className="w-56" />
        <Switch
          title="In use"
          detail="When it is off, nothing goes there, whatever else is set."
          isOn={typed.isEnabled}
          onChange={(isEnabled) => set({ isEnabled })}
        />
      </Group>
    </>
  )
}

function Form({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: () => void }) {
  const add = useAct('tiers.add', { stales })
  const change = useAct('tiers.change', { stales })
  const [typed, setTyped] = useState<TypedEndpoint>(endpoint === null ? newEndpoint : typedFrom(endpoint))
  const [problems, setProblems] = useState<Problems>({})
  const set = (part: Partial<TypedEndpoint>) => setTyped({ ...typed, ...part })
  const send = (draft: EndpointDraft) => {
    if (endpoint === null) return add.mutate(draft, { onSuccess: onClose })
    const { tier: _, ...rest } = draft
    return change.mutate({ endpointId: endpoint.id, change: rest }, { onSuccess: onClose })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const made = draftFrom(typed)
    setProblems('problems' in made ? made.problems : {})
    if ('draft' in made) send(made.draft)
  }
  const failure = add.error?.failure ?? change.error?.failure ?? null
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <div className="min-h-0 overflow-auto">
        <Fields typed={typed} set={set} problems={problems} isNew={endpoint === null} />
      </div>
      {failure !== null && (
        <div className="border-t border-line px-5 py-3">
          <FailureNotice failure={failure} />
        </div>
      )}
      <div className="flex items-center gap-2 border-t border-line px-5 py-3">
        <span className="mr-auto text-small text-ink-2">
          {Object.keys(problems).length > 0 ? 'Some fields are not filled in yet.' : 'Nothing is sent there by saving it.'}
        </span>
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={add.isPending || change.isPending}>
          {endpoint === null ? 'Add the endpoint' : 'Save'}
        </Button>
      </div>
    </form>
  )
}

/** `endpoint` null adds a new one. */
export function EndpointDialog({ endpoint, isOpen, onClose }: { endpoint: Endpoint | null; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={endpoint === null ? 'Another machine that may be asked' : endpoint.name}
      description="It is asked only when a task needs it, its label allows it, and the policy lets it go."
      width="w-170"
    >
      {isOpen && <Form endpoint={endpoint} onClose={onClose} />}
    </Dialog>
  )
}
