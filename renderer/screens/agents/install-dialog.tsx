/** Installs a pack of agents: which file, and how high what it brings is. All of it is looked at before anything is put in place. */
import { type FormEvent, useRef, useState } from 'react'
import type { AgentPack } from '../../../main/contract/agents.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatBytes } from '../../format.ts'
import { useWordsLabel, WordsLabelMenu } from '../ask/words-label.tsx'
import { usePackInstall } from './use-pack-install.ts'

interface Props {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onInstalled: (pack: AgentPack) => void
}

function Form({ pack, onClose }: { pack: ReturnType<typeof usePackInstall>; onClose: () => void }) {
  const picker = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const words = useWordsLabel()
  const { state, install, stop } = pack
  const isBusy = state.phase === 'sending' || state.phase === 'installing'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (file !== null && !isBusy) install(file, words.input)
  }
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <div className="space-y-4 overflow-auto px-5 py-4">
        <p className="text-ink-2">
          Its hashes, its form, what it needs, and what speaks against its agents are looked at first. A pack that fails any of that changes
          nothing. Nobody signs for authors here: a pack that crosses the gap comes in a signed bundle.
        </p>
        <div className="flex flex-wrap items-center gap-3">
          <Button size="medium" disabled={isBusy} onClick={() => picker.current?.click()}>
            {file === null ? 'Choose a file…' : 'Choose another file…'}
          </Button>
          <input
            ref={picker}
            type="file"
            accept=".zst"
            aria-label="Pack of agents"
            tabIndex={-1}
            className="hidden"
            onChange={(event) => {
              const chosen = event.target.files?.[0]
              event.target.value = ''
              if (chosen === undefined) return
              stop()
              setFile(chosen)
            }}
          />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {file === null ? (
              <span className="text-ink-2">A file that ends in .tar.zst</span>
            ) : (
              <>
                {visibleString(file.name)} <span className="text-ink-2 tabular">{formatBytes(file.size)}</span>
              </>
            )}
          </span>
        </div>
        {words.labels.length > 1 && (
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-small font-medium text-ink-2">Label of what it brings</span>
            <WordsLabelMenu words={words} title="Label of what it brings" />
            <span className="text-small text-ink-2">Runs of its agents are at least as high.</span>
          </div>
        )}
        {state.phase === 'failed' && <FailureNotice failure={state.failure} />}
      </div>
      <div className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" disabled={state.phase === 'installing'} onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind="main" type="submit" disabled={file === null || isBusy}>
          {state.phase === 'sending' ? 'Sending it…' : isBusy ? 'Looking at it…' : 'Install the pack'}
        </Button>
      </div>
    </form>
  )
}

export function InstallDialog({ isOpen, onClose, onInstalled }: Props) {
  const pack = usePackInstall(onInstalled)
  const close = () => {
    if (pack.state.phase === 'installing') return
    pack.stop()
    onClose()
  }
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && close()} title="Install a pack of agents">
      <Form pack={pack} onClose={close} />
    </Dialog>
  )
}
