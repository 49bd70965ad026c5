/** The one button: `main` once a screen at most, `plain` for the rest, `quiet` beside text, `danger` where something ends. */
import type { ComponentProps } from 'react'

export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger'

const kinds: Readonly<Record<ButtonKind, string>> = {
  main: 'border-accent bg-accent text-accent-ink hover:border-accent-strong hover:bg-accent-strong',
  plain: 'border-edge bg-surface text-ink hover:bg-hover',
  quiet: 'border-transparent bg-transparent text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border-bad bg-surface text-bad hover:bg-bad-soft',
}

const sizes = { small: 'h-7 gap-1.5 px-2.5 text-small', medium: 'h-8 gap-2 px-3 text-base', large: 'h-10 gap-2 px-4 text-base' } as const

export interface ButtonLook {
  readonly kind?: ButtonKind
  readonly size?: keyof typeof sizes
}

/** The same look for a link that acts as a button. */
export const buttonLook = ({ kind = 'plain', size = 'small' }: ButtonLook = {}): string =>
  `inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:border-line disabled:bg-sunken disabled:text-ink-3 [&_svg]:size-4 [&_svg]:shrink-0 ${kinds[kind]} ${sizes[size]}`

export function Button({
  kind = 'plain',
  size = 'small',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & ButtonLook) {
  return <button type={type} className={`${buttonLook({ kind, size })} ${className}`} {...rest} />
}

/** A square button that shows a picture only; its name is read out and shown on hover. */
export function IconButton({
  label,
  className = '',
  type = 'button',
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & { label: string }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors hover:bg-hover hover:text-ink disabled:text-ink-3 [&_svg]:size-4 ${className}`}
      {...rest}
    />
  )
}
