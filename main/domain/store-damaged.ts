/** A database whose pages are not what they were, as SQLite tells it when it comes upon one. */
import { fail } from './result.ts'

export const storeDamaged = fail(
  'store.damaged',
  'This part of the database is damaged and cannot be read.',
  'Start Holdfast again: it then opens the store read-only, and holdfast restore puts the newest verified backup in its place.',
)

export const isStoreDamaged = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_CORRUPT')
