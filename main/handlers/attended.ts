/** When people are there to answer: time limits of their decisions count these hours only. */
import type { Handlers } from '../dispatch.ts'
import { AttendedSchedule, usualSchedule } from '../domain/attended-time.ts'
import { ok } from '../domain/result.ts'
import { utcOffsets } from '../platform/clock.ts'
import type { Settings } from '../store/settings.ts'
import { operator, type Services } from './services.ts'

const key = 'attended-hours'

const openHours = (settings: Settings): AttendedSchedule['open'] => {
  const parsed = AttendedSchedule.shape.open.safeParse(settings.get(key))
  return parsed.success ? parsed.data : usualSchedule.open
}

/** The hours that were set, in the local time of this machine as it is around `atMs`. */
export const attendedSchedule = (settings: Settings, atMs: number): AttendedSchedule => ({
  open: openHours(settings),
  offsets: utcOffsets(atMs),
})

export const attendedHandlers = ({ settings, station, ceiling }: Services): Pick<Handlers, 'attended.get' | 'attended.set'> => ({
  'attended.get': () => ok({ open: openHours(settings) }),
  'attended.set': ({ open }, caller) => {
    const minutes = open.reduce((sum, { fromMinute, toMinute }) => sum + toMinute - fromMinute, 0)
    station.commit(operator(caller), (record) => {
      settings.set(key, open)
      record({ type: 'attended.changed', minutes }, ceiling())
    })
    return ok({ open })
  },
})
