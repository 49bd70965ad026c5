/** The map of all keys, over whatever screen it was asked for on. */
import { useState } from 'react'
import { Dialog } from '../components/dialog.tsx'
import { Kbd } from '../components/kbd.tsx'
import { keyActionNames, keyActions, keyOf, printKey } from './key-map.ts'
import { usePreferences } from './preferences.ts'
import { useShortcut } from './shortcuts.tsx'

const groups = [...new Set(keyActionNames.map((action) => keyActions[action].group))]

/** Keys that are always the same. */
const fixed = [
  { title: 'Close what is open', key: 'Esc' },
  { title: 'Send the question', key: 'Enter' },
  { title: 'New line in the question', key: 'Shift Enter' },
] as const

function Row({ title, keys }: { title: string; keys: string }) {
  return (
    <div className="flex items-center justify-between gap-4 py-1">
      <dt className="text-ink-2">{title}</dt>
      <dd>
        <Kbd keys={keys} />
      </dd>
    </div>
  )
}

export function KeyMapDialog() {
  const [isOpen, setOpen] = useState(false)
  const { keys } = usePreferences()
  useShortcut('keys.show', () => setOpen(true))
  return (
    <Dialog isOpen={isOpen} onOpenChange={setOpen} title="Keys" description="You can change them in Settings." width="w-160">
      <section
        aria-label="Map of keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="columns-2 gap-8 overflow-auto px-5 py-4 -outline-offset-2!"
      >
        {groups.map((group) => (
          <section key={group} className="mb-4 break-inside-avoid">
            <h3 className="mb-1 text-small font-semibold">{group}</h3>
            <dl>
              {keyActionNames
                .filter((action) => keyActions[action].group === group)
                .map((action) => (
                  <Row key={action} title={keyActions[action].title} keys={printKey(keyOf(action, keys))} />
                ))}
            </dl>
          </section>
        ))}
        <section className="break-inside-avoid">
          <h3 className="mb-1 text-small font-semibold">Always</h3>
          <dl>
            {fixed.map((row) => (
              <Row key={row.title} title={row.title} keys={row.key} />
            ))}
          </dl>
        </section>
      </section>
    </Dialog>
  )
}
