/** Who and what this process is to the operating system: the account, and a name for the process that no later process can have. */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

/** The name of the operating-system account; its number where the system knows no name. */
export function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}

const startTimeField = 22

/**
 * When a process started, as `<boot of the machine>:<ticks>`; null when there is no such process. Process ids are used again,
 * pairs of id and start are not. Where the system has no /proc, only the own process can be told.
 */
export function processStart(pid: number): string | null {
  if (process.platform !== 'linux') return pid === process.pid ? `started:${Math.round(Date.now() - process.uptime() * 1000)}` : null
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields[startTimeField - 3]
    return ticks === undefined || fields[0] === 'Z' ? null : `${boot}:${ticks}`
  } catch {
    return null
  }
}

const ownStart = processStart(process.pid) ?? `unknown:${process.pid}`

/** This process as an executor names itself in the record. */
export const ownProcess: { readonly pid: number; readonly startedAt: string } = { pid: process.pid, startedAt: ownStart }

/** Whether exactly this process still runs. */
export function isProcessAlive(pid: number, startedAt: string): boolean {
  if (pid === ownProcess.pid) return startedAt === ownProcess.startedAt
  if (process.platform === 'linux') return processStart(pid) === startedAt
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
