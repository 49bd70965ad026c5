/** What a page shows that nobody has let in: no data, and how to get in. */
import { Kbd } from '../components/kbd.tsx'
import { Anchor } from './rail.tsx'

export function NoSession() {
  return (
    <main className="flex h-full items-center justify-center p-8">
      <div className="max-w-120">
        <Anchor className="size-8 text-accent" />
        <h1 className="mt-4 text-title font-semibold tracking-[-0.015em]">This page is not signed in.</h1>
        <p className="mt-2 text-ink-2">
          Holdfast lets a browser in by a link that works once. To make one, run this command on this machine, in the account that started
          Holdfast, and open the address it prints:
        </p>
        <p className="mt-4 rounded-md border border-line bg-surface px-4 py-3 font-mono select-all">holdfast console url</p>
        <p className="mt-4 text-small text-ink-3">
          A link that was opened before does not open again. To sign out of a tab, close it. <Kbd keys="F5" /> keeps you signed in.
        </p>
      </div>
    </main>
  )
}
