/** A key as it is printed on a keyboard. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className="inline-flex h-4.5 items-center rounded-sm border border-b-2 border-line-strong bg-surface px-1 font-mono text-note font-medium text-ink-2">
      {keys}
    </kbd>
  )
}
