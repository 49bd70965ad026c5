/** Labels in the standard marking colours: the banner at both ends of the screen, and the chip beside a thing. Never a lower marking than the label's. */
import { type BannerColour, bannerColour, type Label, marking } from '../../main/domain/label.ts'

const colours: Readonly<Record<BannerColour, string>> = {
  unclassified: 'bg-level-unclassified text-level-ink',
  cui: 'bg-level-cui text-level-ink',
  confidential: 'bg-level-confidential text-level-ink',
  secret: 'bg-level-secret text-level-ink',
  top_secret: 'bg-level-top-secret text-level-ink-dark',
  compartmented: 'bg-level-compartmented text-level-ink-dark',
}

export function LevelBanner({ label, place }: { label: Label; place: 'top' | 'bottom' }) {
  return (
    <div
      role="note"
      aria-label={`Marking, ${place} of the screen`}
      className={`flex h-6 shrink-0 items-center justify-center text-note font-semibold tracking-[0.09em] print:fixed print:inset-x-0 ${place === 'top' ? 'print:top-0' : 'print:bottom-0'} ${colours[bannerColour(label)]}`}
    >
      {marking(label)}
    </div>
  )
}

export function LabelChip({ label }: { label: Label }) {
  return (
    <span
      title={`Label: ${marking(label)}`}
      className={`inline-flex h-5 shrink-0 items-center rounded-full px-2 text-note font-semibold tracking-[0.05em] whitespace-nowrap ${colours[bannerColour(label)]}`}
    >
      {marking(label)}
    </span>
  )
}

/** The quiet form for lists, where the same label stands many times: the colour as a square, the marking as text. */
export function LabelMark({ label }: { label: Label }) {
  return (
    <span
      title={`Label: ${marking(label)}`}
      className="inline-flex shrink-0 items-center gap-1.5 text-note font-semibold tracking-[0.05em] whitespace-nowrap text-ink-2"
    >
      <span aria-hidden className={`size-2 rounded-[2px] ${colours[bannerColour(label)]}`} />
      {marking(label)}
    </span>
  )
}
