/** Every key, and a way to choose another: press the button, then the key. */
import { type KeyboardEvent, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { chooseKey, type KeyAction, keyActionNames, keyActions, keyOf, nameOfKey, printKey } from '../../frame/key-map.ts'
import { setPreferences, usePreferences } from '../../frame/preferences.ts'
import { Section, Setting } from './section.tsx'

function KeyChoice({ action }: { action: KeyAction }) {
  const { keys } = usePreferences()
  const [isListening, setListening] = useState(false)
  const [taken, setTaken] = useState<string | null>(null)
  const listen = (event: KeyboardEvent) => {
    if (!isListening) return
    if (event.key === 'Tab') return setListening(false)
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return setListening(false)
    const key = nameOfKey(event)
    if (key === null) return
    const chosen = chooseKey(keys, action, key)
    setTaken(chosen === null ? key : null)
    setListening(chosen === null)
    if (chosen !== null) setPreferences({ keys: chosen })
  }
  return (
    <span className="inline-flex items-center gap-2">
      {taken !== null && isListening && <span className="text-small text-warn">{printKey(taken)} is in use</span>}
      <button
        type="button"
        aria-label={`${keyActions[action].title}: ${printKey(keyOf(action, keys))}. Press to change.`}
        onClick={() => {
          setListening(true)
          setTaken(null)
        }}
        onBlur={() => setListening(false)}
        // The window must not hear the key that is being chosen.
        onKeyDownCapture={listen}
        className={`inline-flex h-7 min-w-16 items-center justify-center rounded-md px-2 transition-colors ${isListening ? 'bg-accent-soft text-small text-accent' : 'hover:bg-hover'}`}
      >
        {isListening ? 'Press a key…' : <Kbd keys={printKey(keyOf(action, keys))} />}
      </button>
    </span>
  )
}

export function KeySettings() {
  const { keys } = usePreferences()
  const isChanged = Object.keys(keys).length > 0
  return (
    <Section
      id="keys"
      title="Keys"
      detail="Press a key’s button, then the key it shall have. Esc keeps what it was."
      actions={
        isChanged ? (
          <Button kind="quiet" onClick={() => setPreferences({ keys: {} })}>
            Usual keys
          </Button>
        ) : null
      }
    >
      {keyActionNames.map((action) => (
        <Setting key={action} title={keyActions[action].title}>
          <KeyChoice action={action} />
        </Setting>
      ))}
    </Section>
  )
}
