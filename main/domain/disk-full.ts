/** A disk without room, as the system and SQLite tell it: the one exception that says something to a person. */
import { fail } from './result.ts'

export const diskFull = fail('store.disk_full', 'There is no room left on the disk of the data folder.', 'Free some space, then try again.')

/** SQLite's last one: its shared-memory file could not grow. */
const codes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']

export const isDiskFull = (error: unknown): boolean => error instanceof Error && 'code' in error && codes.includes(error.code)
