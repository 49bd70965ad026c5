/** How far something is, when that is known, or that it moves at all. */
export function ProgressBar({ share, label }: { share: number | null; label: string }) {
  const percent = share === null ? null : Math.round(Math.min(Math.max(share, 0), 1) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      {...(percent === null ? {} : { 'aria-valuenow': percent, 'aria-valuemin': 0, 'aria-valuemax': 100 })}
      className="h-1.5 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={`h-full rounded-full bg-accent ${percent === null ? 'w-1/3 animate-wait' : 'transition-[width]'}`}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}
