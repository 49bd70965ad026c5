/** What can be done from over the lists: read the folder of the site again, install a pack, and begin an agent. */
import { Link } from '@tanstack/react-router'
import { Button, buttonLook } from '../../components/button.tsx'
import { useMay } from '../../components/use-may.ts'

interface Props {
  readonly isReading: boolean
  readonly onRead: () => void
  readonly onInstall: () => void
}

export function ListActions({ isReading, onRead, onInstall }: Props) {
  const may = useMay('agents.manage')
  const why = may.why === null ? {} : { title: may.why }
  return (
    <>
      <Button onClick={onRead} disabled={!may.isAllowed || isReading} {...why}>
        {isReading ? 'Reading…' : 'Read the folder again'}
      </Button>
      <Button onClick={onInstall} disabled={!may.isAllowed} {...why}>
        Install a pack…
      </Button>
      {may.isAllowed && (
        <Link to="/agents/_new" className={buttonLook({ kind: 'main' })}>
          New agent
        </Link>
      )}
    </>
  )
}
