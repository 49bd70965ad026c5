/** Where a model comes in, and how far it is. */
import { type FormEvent, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatBytes, formatDuration, formatShare } from '../../format.ts'
import type { ModelImport, useModelImport } from './use-model-import.ts'

const everyMs = 1_000

function Sending({ state, onStop }: { state: Extract<ModelImport, { phase: 'sending' }>; onStop: () => void }) {
  const nowMs = useNow(everyMs)
  const seconds = Math.max(0.001, (nowMs - state.startedAtMs) / 1_000)
  const perSecond = state.sentBytes / seconds
  const leftMs = perSecond === 0 ? null : ((state.allBytes - state.sentBytes) / perSecond) * 1_000
  const share = state.allBytes === 0 ? 0 : state.sentBytes / state.allBytes
  return (
    <div>
      <div className="mb-2 flex items-center gap-4">
        <span className="min-w-0 truncate font-medium">Copying {state.name}</span>
        <span className="ml-auto shrink-0 text-small text-ink-2 tabular">
          {formatBytes(state.sentBytes)} of {formatBytes(state.allBytes)}, {formatShare(share)}
          {leftMs !== null && ` · ${formatBytes(perSecond)}/s · ${formatDuration(leftMs)} left`}
        </span>
        <Button onClick={onStop}>Stop</Button>
      </div>
      <ProgressBar share={share} label={`Copying ${state.name}`} />
    </div>
  )
}

function Choose({ model }: { model: ReturnType<typeof useModelImport> }) {
  const picker = useRef<HTMLInputElement>(null)
  const [path, setPath] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (path.trim() !== '') model.fromPath(path.trim())
  }
  return (
    <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
      <div>
        <p className="mb-1.5 text-small text-ink-2">From a drive or a folder</p>
        <Button size="medium" onClick={() => picker.current?.click()}>
          Choose a file…
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".gguf"
          aria-label="Model file"
          className="hidden"
          onChange={(event) => {
            const file = event.target.files?.[0]
            event.target.value = ''
            if (file !== undefined) void model.fromFile(file)
          }}
        />
      </div>
      <form onSubmit={submit} className="flex min-w-80 flex-1 items-end gap-2">
        <label className="min-w-0 flex-1">
          <span className="mb-1.5 block text-small text-ink-2">Or by its path on this machine, which is quicker for large files</span>
          <input
            value={path}
            onChange={(event) => setPath(event.target.value)}
            placeholder="/media/usb/model.gguf"
            spellCheck={false}
            className="h-8 w-full rounded-md border border-edge bg-surface px-2.5 font-mono text-small placeholder:text-ink-3"
          />
        </label>
        <Button size="medium" type="submit" disabled={path.trim() === ''}>
          Import
        </Button>
      </form>
    </div>
  )
}

export function ImportCard({ model }: { model: ReturnType<typeof useModelImport> }) {
  const { state } = model
  return (
    <section aria-label="Import a model" className="mb-6 rounded-lg border border-line bg-surface px-4.5 py-4" aria-live="polite">
      <h2 className="font-semibold">Import a model</h2>
      <p className="mb-3.5 text-small text-ink-2">
        A GGUF file. It is copied into the data folder, its header is checked before anything loads it, and its SHA-256 is recorded with
        your account.
      </p>
      {state.phase === 'sending' ? (
        <Sending state={state} onStop={model.stop} />
      ) : state.phase === 'checking' ? (
        <div>
          <p className="mb-2 font-medium">Checking and hashing {state.name}…</p>
          <ProgressBar share={null} label={`Checking ${state.name}`} />
        </div>
      ) : (
        <Choose model={model} />
      )}
      {state.phase === 'failed' && (
        <div className="mt-4">
          <FailureNotice failure={state.failure}>
            <Button className="mt-2" onClick={model.dismiss}>
              Dismiss
            </Button>
          </FailureNotice>
        </div>
      )}
      {state.phase === 'done' && <p className="mt-3 text-small text-ok">{state.name} was admitted.</p>}
    </section>
  )
}
