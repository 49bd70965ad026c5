/** One version of a prompt in the list of them: which labels point at it, who wrote it and when, and how long it is. */
import type { PromptVersion } from '../../../main/contract/prompts.ts'
import { Chip } from '../../components/chip.tsx'
import { LabelMark } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { labelMeaning, labelTone, promptOriginWords, tokensMeaning, tokensSentence } from './prompt-words.ts'

export function LabelNames({ names }: { names: readonly string[] }) {
  return names.map((name) => (
    <Chip key={name} tone={labelTone(name)} title={labelMeaning(name)}>
      {name}
    </Chip>
  ))
}

export function VersionRow({ version, names }: { version: PromptVersion; names: readonly string[] }) {
  useShowsLabel(version.label)
  return (
    <div className="flex h-full flex-col justify-center gap-0.5 px-4">
      <p className="flex min-w-0 items-center gap-2">
        <span className="shrink-0 font-medium">Version {version.version}</span>
        <span className="ml-auto flex min-w-0 justify-end gap-1 overflow-hidden">
          <LabelNames names={names} />
        </span>
      </p>
      <p className="truncate text-small">
        {version.by}, <TimeAgo atMs={version.at} /> <span className="text-ink-2">· {promptOriginWords[version.origin]}</span>
      </p>
      <p className="flex min-w-0 items-center gap-2 text-small text-ink-2">
        <span className="truncate" title={tokensMeaning(version)}>
          {tokensSentence(version)}
        </span>
        <span className="ml-auto">
          <LabelMark label={version.label} />
        </span>
      </p>
    </div>
  )
}
