/** A dry run of a text on a recorded run; it stays while the text changes, and says so. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AgentTrial } from '../../../../main/domain/agent-trial.ts'
import type { Failure } from '../../../../main/domain/result.ts'
import { useApi } from '../../../api.tsx'

interface Asked {
  readonly file: string
  readonly text: string
  readonly runId: string
}

export interface Trial {
  readonly runId: string | null
  readonly choose: (runId: string) => void
  readonly start: (asked: Asked) => void
  readonly isRunning: boolean
  readonly failure: Failure | null
  /** The last one that came to an end, and the text that it was of. */
  readonly done: { readonly trial: AgentTrial; readonly text: string } | null
}

export function useTrial(): Trial {
  const api = useApi()
  const [runId, choose] = useState<string | null>(null)
  const asking = useMutation({
    mutationFn: async ({ file, text, runId: on }: Asked) => ({
      text,
      reply: await api.call('agents.try', { file, definition: text, runId: on }),
    }),
  })
  const reply = asking.data?.reply
  return {
    ...{ runId, choose, start: asking.mutate, isRunning: asking.isPending },
    failure: reply?.ok === false ? reply.error : null,
    done: reply?.ok === true && asking.data !== undefined ? { trial: reply.value, text: asking.data.text } : null,
  }
}
