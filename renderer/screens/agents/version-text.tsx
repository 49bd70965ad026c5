/** The words of one version, exactly, and what speaks against them. */
import type { PromptDetail } from '../../../main/contract/prompts.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { FaultList } from './fault-list.tsx'
import { tokensMeaning, tokensSentence } from './prompt-words.ts'

export function VersionText({ prompt }: { prompt: PromptDetail }) {
  const { text, faults, version } = prompt
  return (
    <section
      aria-label={`Words of version ${version}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto px-6 py-4 -outline-offset-2!"
    >
      <div className="max-w-184 space-y-4">
        <div className="flex items-center gap-2 text-small text-ink-2">
          <span className="inline-block first-letter:uppercase">
            {tokensSentence(prompt)}. {tokensMeaning(prompt)}.
          </span>
          {text !== null && (
            <span className="ml-auto shrink-0">
              <CopyButton text={() => text} title="Copy the words" />
            </span>
          )}
        </div>
        {faults.length > 0 && <FaultList faults={faults} />}
        {text === null ? (
          <p className="text-ink-2">The words of this version were purged. Runs that were led by them cannot be built anew.</p>
        ) : (
          <div className="rounded-md border border-line bg-sunken px-4 py-3 font-mono text-small leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
            <SourceText text={text} />
          </div>
        )}
      </div>
    </section>
  )
}
