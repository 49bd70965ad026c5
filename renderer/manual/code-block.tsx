/** Lines to type or to read, exactly as they are. They scroll by themselves and are copied whole. */
import { Check, Copy } from 'lucide-react'
import { IconButton } from '../components/button.tsx'
import { useCopied } from '../components/copy-button.tsx'
import { MarkedWords } from './marked-words.tsx'
import { useReading } from './reading.ts'

export function CodeBlock({ text }: { readonly text: string }) {
  const { words } = useReading()
  const { isCopied, copy } = useCopied(() => text)
  return (
    <div className="my-4 flex items-start rounded-md border border-line bg-sunken">
      <section
        aria-label="Lines to copy"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-w-0 flex-1 overflow-x-auto rounded-md -outline-offset-2!"
      >
        <pre className="w-max px-3.5 py-2.5 font-mono text-small leading-5">
          <MarkedWords text={text} words={words} />
        </pre>
      </section>
      <IconButton label={isCopied ? 'Copied' : 'Copy these lines'} onClick={copy} className="m-1">
        {isCopied ? <Check /> : <Copy strokeWidth={1.6} />}
      </IconButton>
    </div>
  )
}
