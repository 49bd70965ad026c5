/** The hours in which people answer: time limits of their decisions run in these alone. */
import { useId, useState } from 'react'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { formatCount } from '../../format.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { Read, Section, Setting } from './section.tsx'
import { days, describeWeek, type Hours, hoursOfDays, minutesOf, readWeek } from './week-hours.ts'

const limits = { lineCharsMax: 200 } as const

const perWeek = (open: Hours): string => `${formatCount(Math.round(minutesOf(open) / 6) / 10)} hours a week`

interface DayProps {
  readonly day: string
  readonly line: string
  readonly problem: string | null
  readonly onType: (line: string) => void
}

function Day({ day, line, problem, onType }: DayProps) {
  const problemId = useId()
  return (
    <div className="grid grid-cols-[7rem_1fr] items-center gap-x-3">
      <span aria-hidden>{day}</span>
      <input
        type="text"
        aria-label={day}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={line}
        maxLength={limits.lineCharsMax}
        placeholder="nobody"
        spellCheck={false}
        onChange={(event) => onType(event.target.value)}
        className={`h-8 rounded-md border bg-surface px-2.5 tabular ${problem === null ? 'border-edge' : 'border-bad'}`}
      />
      {problem !== null && (
        <p id={problemId} role="alert" className="col-start-2 text-small text-bad">
          {problem}
        </p>
      )}
    </div>
  )
}

function ChangeHours({ open, onClose }: { open: Hours; onClose: () => void }) {
  const set = useAct('attended.set', { stales: ['attended.get'] })
  const [before] = useState(() => hoursOfDays(open))
  const [lines, setLines] = useState(before)
  const week = readWeek(lines)
  const isChanged = lines.some((line, day) => line !== before[day])
  return (
    <ChangeDialog
      title="Attended hours"
      description="Hours like 08:00–12:00, 13:00–18:00, in the local time of this machine. Requests that wait keep the end that they were given. The change is recorded with your account."
      act="Set the hours"
      note={week.isRead ? perWeek(week.open) : 'Some hours cannot be read.'}
      canAct={week.isRead && isChanged && !set.isPending}
      failure={set.error?.failure ?? null}
      onAct={() => week.isRead && set.mutate({ open: [...week.open] }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {days.map((day, i) => (
        <Day
          key={day}
          day={day}
          line={lines[i] ?? ''}
          problem={week.isRead ? null : (week.problems[i] ?? null)}
          onType={(line) => setLines(lines.map((old, at) => (at === i ? line : old)))}
        />
      ))}
    </ChangeDialog>
  )
}

export function AttendedSettings() {
  const attended = useCall('attended.get', {})
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      id="attended"
      title="Attended hours"
      detail="When people are here to decide. The time of a request runs in these hours alone."
      actions={
        <Button onClick={() => setOpen(true)} disabled={attended.data === undefined}>
          Change the hours…
        </Button>
      }
    >
      <Read query={attended} label="Reading the hours" rows={2}>
        {({ open }) => (
          <>
            {describeWeek(open).map((part) => (
              <Setting key={part.days} title={part.days}>
                <span className="tabular">{part.hours}</span>
              </Setting>
            ))}
            <Setting title={open.length === 0 ? 'Nobody is ever here' : 'In all'}>
              {open.length === 0 ? 'requests wait without an end' : perWeek(open)}
            </Setting>
            {isOpen && <ChangeHours open={open} onClose={() => setOpen(false)} />}
          </>
        )}
      </Read>
    </Section>
  )
}
