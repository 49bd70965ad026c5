/** What a new agent begins with: a text that is offered as it stands, and says of each line what it is for. Pure. */

export const agentTemplate = (name: string, title: string): string => `name: ${name}
title: ${title}

# One sentence without "and": what it answers for. An agent with two responsibilities is two agents.
responsibility: Finds what the documents say about one topic.
summary: Searches and reads the documents about a topic, then hands on claims with the words they rest on.

# How much its work must be verified: 0 to 2 every change, 3 key outputs, 4 spot checks, 5 the end result only.
level: 3

# What it leaves. answer: one answer. findings: claims with verified quotes, for whoever goes on with them.
# report, table: a file, which wants "deliver" and "writes". plan: the tasks of a mission.
output: findings

# What it is given. kind: document takes a file name or an id. A run without what is required is refused.
titleFrom: topic
input:
  - { name: topic, title: What to find out, isRequired: true, charsMax: 500, default: null }

# Every tool it may use; "offers" are those of them that a model may choose by itself.
# The settings list them all: search_holdings, list_documents, read_document, read_passage, table_query, calculate,
# append_note, write_file, delegate, ask_human, request_human_approval.
tools: [search_holdings, read_passage, read_document, list_documents]
offers: [search_holdings, read_passage, read_document]

# Calls that are needed in any case: made before a model chooses anything, and without a model as well.
# $input.topic stands for what it was given. A call whose input was not given is left out.
prefetch:
  - { tool: search_holdings, arguments: { query: $input.topic, count: 10 } }

# What it does besides without a model.
playbook: []
# How it drafts without one: quotes (what answers), leads (how parts begin), marks (what a reviewer looks for), sides (two documents).
reflex: quotes

# Calls and model calls together; then it drafts from what it has. And what one run may spend.
stepsMax: 10
budget: { modelCallsMax: 12, toolCallsMax: 12 }

# The field that the draft answers.
draftFrom: topic

# For a report or a table, the call that delivers it, and the names of files that it may write:
# deliver: { tool: write_file, arguments: { name: $input.file, text: $draft } }
# writes: ['*.md']

# Words that lead a model: prompts of this station, by name. Publish your own with
#   holdfast prompts publish ${name} draft draft.md
# and write "draft: draft" here; a name with a stroke is another agent's.
prompts: { gather: research/gather, draft: research/draft }

# Which documents it may retrieve: collection, or collection/file. * stands for any characters.
allowedDataSources: ['*']
deniedDataSources: []

# What a person does with it. Without a runbook it is not offered.
runbook: |
  ## Use it for
  One question of a larger piece of work.
  ## It leaves
  Claims with verified quotes.
  ## When it goes wrong
  - No claims: nothing found supports any. Ask with other words.
`

/** What a file that takes something away begins with: nothing is taken away until a line is made to count. */
export const narrowingTemplate = (
  name: string,
): string => `# What this site takes away from ${name}, without changing its file. It can only narrow.
# Take the sign away from a line to make it count.

# Of the tools that it has, only these; and of those, the ones that a model may choose.
# tools: [search_holdings, read_passage]
# offers: [search_holdings]

# Fewer steps, and less to spend.
# stepsMax: 6
# budget: { toolCallsMax: 6, modelCallsMax: 6 }

# Documents that it may not retrieve, besides those that are denied already: collection, or collection/file.
deniedDataSources: []
`

/** Another agent's file under a name of its own: prompts that were its own are then named as that agent's. */
export function copyOfDefinition(text: string, from: string, name: string): string {
  let isInPrompts = false
  return text
    .split('\n')
    .map((line) => {
      if (/^\S/.test(line)) isInPrompts = line.startsWith('prompts:')
      if (/^name:/.test(line)) return `name: ${name}`
      return isInPrompts ? line.replaceAll(/\b(gather|draft): (?!\S*\/)([a-z][a-z0-9-]*)/g, `$1: ${from}/$2`) : line
    })
    .join('\n')
}
