/** Copies text and says so where it was pressed. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { shortHash } from '../format.ts'
import { Button, IconButton } from './button.tsx'

const shownMs = 1_600

/** The clipboard may be refused to a page; a selection of its own never is. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.setAttribute('readonly', '')
    document.body.append(field)
    field.select()
    const isCopied = document.execCommand('copy')
    field.remove()
    return isCopied
  }
}

/** For a button of another look: copies, and says for a moment that it did. */
export function useCopied(text: () => string) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), shownMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  return { isCopied, copy: () => void copyText(text()).then(setCopied) }
}

export function CopyButton({ text, title = 'Copy' }: { text: () => string; title?: string }) {
  const { isCopied, copy } = useCopied(text)
  return (
    <Button kind="quiet" onClick={copy}>
      {isCopied ? <Check aria-hidden /> : <Copy aria-hidden strokeWidth={1.6} />}
      <span aria-live="polite">{isCopied ? 'Copied' : title}</span>
    </Button>
  )
}

/** A hash short enough to compare by eye, copied whole. */
export function Hash({ value, label }: { value: string; label: string }) {
  const { isCopied, copy } = useCopied(() => value)
  return (
    <span className="inline-flex items-center gap-1">
      <span title={value} className="font-mono text-small text-ink-2">
        {shortHash(value)}
      </span>
      <IconButton label={isCopied ? 'Copied' : `Copy ${label}`} onClick={copy} className="size-5! [&_svg]:size-3!">
        {isCopied ? <Check /> : <Copy />}
      </IconButton>
    </span>
  )
}
