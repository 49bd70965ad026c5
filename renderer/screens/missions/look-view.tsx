/** What a first look at the holdings found on the goal, before anybody planned. */
import { Link } from '@tanstack/react-router'
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { plural } from '../../format.ts'

export function LookView({ look }: { look: NonNullable<MissionDetail['look']> }) {
  const { passages, documents } = look
  if (documents.length === 0) return <p>Nothing in your documents is about it.</p>
  return (
    <>
      <p>
        Your documents have {plural(passages, 'passage')} on it, in {plural(documents.length, 'document')} or more.
      </p>
      <ul className="mt-2 grid max-w-180 gap-x-6 gap-y-1 wide:grid-cols-2">
        {documents.map(({ documentId, file, passages: found, isWithin }) => (
          <li key={documentId} className="flex min-w-0 items-baseline justify-between gap-3">
            {file === null ? (
              <span className="truncate text-ink-2">not held here any more, or labelled above this mission</span>
            ) : (
              <Link
                to="/documents/$documentId"
                params={{ documentId }}
                className="truncate text-accent underline underline-offset-2"
                title={visibleString(file)}
              >
                {visibleString(file)}
              </Link>
            )}
            <span className="shrink-0 text-small text-ink-2 tabular">
              {file !== null && !isWithin && 'in part, '}
              {plural(found, 'passage')}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
