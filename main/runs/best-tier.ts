/**
 * A model call at the best tier that may have it: up where the router and a person let it, here otherwise, a second time where another
 * failure would be a reason to go up. It says what it fell back from.
 */
import type { FellBack } from '../domain/crossing.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RouteDecision } from '../domain/route.ts'
import { isStop } from './attempts.ts'
import type { GoUp, Went } from './crossing.ts'
import type { UpwardCall } from './crossing-request.ts'
import type { Session } from './session.ts'

/** `nobody`: there is no model here, or it failed; `route` is why it stays, where that is not on record yet. */
export type Best<T> =
  | { readonly kind: 'went'; readonly went: Went; readonly fellBack: null }
  | { readonly kind: 'here'; readonly done: T; readonly fellBack: FellBack | null }
  | { readonly kind: 'nobody'; readonly fellBack: FellBack | null; readonly route: RouteDecision | null }

/** Fails only when the run itself stops, or waits for a person. `here`: null = no model on this machine. */
export async function atBestTier<T>(
  goUp: GoUp,
  session: Session,
  call: UpwardCall,
  here: ((route: RouteDecision | null) => Promise<Result<T>>) | null,
): Promise<Result<Best<T>>> {
  const up = await goUp(session, call)
  if (!up.ok) return up
  if (up.value.kind === 'went') return ok({ kind: 'went', went: up.value, fellBack: null })
  const { fellBack, route, couldGo } = up.value
  if (here === null) return ok({ kind: 'nobody', fellBack, route })
  const isOver = (result: Result<T>): boolean => result.ok || isStop(result.error.code) || session.signal.aborted
  let done = await here(route)
  // What does not fit does not fit the second time either.
  if (!isOver(done) && !done.ok && done.error.code !== 'context.too_large' && couldGo()) {
    done = await here(null)
    const again = isOver(done) ? null : await goUp(session, call)
    if (again?.ok === false) return again
    if (again?.value.kind === 'went') return ok({ kind: 'went', went: again.value, fellBack: null })
    if (again?.value.kind === 'stays') return ok({ kind: 'nobody', fellBack: again.value.fellBack ?? fellBack, route: again.value.route })
  }
  if (done.ok) return ok({ kind: 'here', done: done.value, fellBack })
  return isOver(done) ? done : ok({ kind: 'nobody', fellBack, route: null })
}
