/** A labelled field of text; what is wrong with it stands under it and is read out with it. */
import { type ReactNode, useId } from 'react'

interface Props {
  /** Where something outside gives it the focus. */
  readonly id?: string
  readonly title: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly detail?: ReactNode
  readonly problem?: string | undefined
  readonly isCode?: boolean
  /** More than one makes it a text area. */
  readonly rows?: number
  readonly placeholder?: string
  readonly type?: 'text' | 'password' | 'number'
  readonly className?: string
  readonly onBlur?: () => void
  readonly isDisabled?: boolean
}

const look =
  'block w-full rounded-md border bg-surface px-2.5 placeholder:text-ink-3 disabled:border-line disabled:bg-sunken disabled:text-ink-3'

export function TextField({
  id: given,
  title,
  value,
  onChange,
  detail,
  problem,
  isCode = false,
  rows = 1,
  placeholder,
  type = 'text',
  className = '',
  onBlur,
  isDisabled = false,
}: Props) {
  const own = useId()
  const id = given ?? own
  const said = `${id}-said`
  const text = problem ?? detail
  const shared = {
    ...{ id, value, placeholder, onBlur, disabled: isDisabled, spellCheck: false, autoComplete: 'off' },
    ...(text === undefined ? {} : { 'aria-describedby': said }),
    'aria-invalid': problem !== undefined,
  }
  const font = isCode ? 'font-mono text-small' : ''
  const edge = problem === undefined ? 'border-edge' : 'border-bad'
  return (
    <div className={`min-w-0 ${className}`}>
      <label htmlFor={id} className="mb-1 block text-small font-medium text-ink-2">
        {title}
      </label>
      {rows > 1 ? (
        <textarea
          {...shared}
          rows={rows}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} ${font} ${edge} resize-y py-1.5`}
        />
      ) : (
        <input {...shared} type={type} onChange={(event) => onChange(event.target.value)} className={`${look} ${font} ${edge} h-8`} />
      )}
      {text !== undefined && (
        <p id={said} className={`mt-1 text-small ${problem === undefined ? 'text-ink-3' : 'text-bad'}`}>
          {text}
        </p>
      )}
    </div>
  )
}
