/** What speaks against a text, asked anew while it is typed: after a short rest, and only the newest answer counts. */
import { useEffect, useState } from 'react'
import type { AgentCheck } from '../../../../main/contract/agents.ts'
import type { Failure } from '../../../../main/domain/result.ts'
import { useApi } from '../../../api.tsx'

const limits = { restMs: 250 } as const

export interface Lint {
  /** Of `text`, which may be older than what stands in the field. */
  readonly check: AgentCheck | null
  readonly text: string | null
  readonly failure: Failure | null
}

const nothing: Lint = { check: null, text: null, failure: null }

export function useLint(file: string, text: string): Lint {
  const api = useApi()
  const [lint, setLint] = useState(nothing)
  useEffect(() => {
    let isNewest = true
    const ask = async () => {
      const checked = await api.call('agents.check', { file, definition: text })
      if (!isNewest) return
      setLint(checked.ok ? { check: checked.value, text, failure: null } : { check: null, text, failure: checked.error })
    }
    const timer = setTimeout(() => void ask(), limits.restMs)
    return () => {
      isNewest = false
      clearTimeout(timer)
    }
  }, [api, file, text])
  return lint
}
