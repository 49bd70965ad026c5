/** What an agent wrote, kept apart from what Holdfast states: a ruled margin, and a line that says whose words these are. */
import type { ReactNode } from 'react'

export function AgentVoice({ agent, children }: { agent: string; children: ReactNode }) {
  return (
    <div className="border-l-[3px] border-info bg-info-soft/45 py-3 pr-4 pl-4">
      <p className="mb-2.5 text-note font-semibold tracking-[0.02em] text-info">
        Written by {agent}, a model or its playbook. Nobody checked it.
      </p>
      {children}
    </div>
  )
}
