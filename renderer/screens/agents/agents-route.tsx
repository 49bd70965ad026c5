/** The screens of agents at their addresses, as one piece that is loaded when it is first needed. */
import { getRouteApi, useParams } from '@tanstack/react-router'
import { AgentsScreen } from './agents-screen.tsx'
import { PromptScreen } from './prompt-screen.tsx'

const agents = getRouteApi('/agents')
const prompt = getRouteApi('/agents/$agent/prompts/$prompt')

export function Agents() {
  const { agent } = useParams({ strict: false })
  return <AgentsScreen agent={agent ?? null} search={agents.useSearch()} />
}

export function OnePrompt() {
  const params = prompt.useParams()
  return <PromptScreen key={`${params.agent}/${params.prompt}`} {...params} search={prompt.useSearch()} />
}
