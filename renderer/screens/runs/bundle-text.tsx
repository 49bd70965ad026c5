/** A text that a context bundle was made from, exactly as it was; read when it is asked for. */
import { useQuery } from '@tanstack/react-query'
import { CallFailed, useApi } from '../../api.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LongText } from '../../components/long-text.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { formatCount } from '../../format.ts'

const limits = { charsMax: 4_000_000 } as const

const ways: Readonly<Record<string, string>> = { input: 'what it was given', output: 'what it gave', feedback: 'what a person said' }

/** `call 4, what it gave`; the steps of a bundle are counted from 0. */
export function sectionWords(section: string): string {
  if (section === 'input') return 'the task'
  if (section === 'result') return 'the result'
  const [, step = '0', way = ''] = /^step-(\d+)\.(\w+)$/.exec(section) ?? []
  return `call ${Number(step) + 1}, ${ways[way] ?? way}`
}

interface Props {
  readonly id: string
  /** Null = all of it, with the events. */
  readonly section: string | null
}

interface Source {
  readonly text: string
  readonly chars: number
}

export function BundleText({ id, section }: Props) {
  const api = useApi()
  const source = useQuery<Source, CallFailed>({
    queryKey: ['contextBundles.expand', { id, section }],
    queryFn: async () => {
      const pieces: string[] = []
      for (let offset = 0; ; ) {
        const piece = await api.call('contextBundles.expand', { contextBundleId: id, offset, ...(section === null ? {} : { section }) })
        if (!piece.ok) throw new CallFailed(piece.error)
        const { text, chars } = piece.value
        pieces.push(text)
        offset += text.length
        if (text === '' || offset >= Math.min(chars, limits.charsMax)) return { text: pieces.join(''), chars }
      }
    },
  })
  const title = section === null ? 'All of its source' : `Source: ${sectionWords(section)}`
  if (source.isPending) return <Skeleton className="mt-2 h-24 w-full" />
  if (source.isError) return <FailureNotice failure={source.error.failure} onRetry={() => void source.refetch()} />
  const { text, chars } = source.data
  return (
    <div className="mt-2">
      <div className="flex h-64 flex-col overflow-hidden rounded-md border border-line">
        <LongText text={text} label={title} look="bg-sunken font-mono text-small" />
      </div>
      <p className="mt-1 -ml-2.5 flex items-center gap-2 text-small text-ink-2">
        <CopyButton text={() => text} title="Copy exactly" />
        {formatCount(chars)} characters{text.length < chars && `, of which the first ${formatCount(text.length)} stand here`}
      </p>
    </div>
  )
}
