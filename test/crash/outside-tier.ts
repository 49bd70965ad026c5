/** Another machine that answers by the plan in its prompt, and notes each request where no crash takes it back. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { fail } from '../../main/domain/result.ts'
import { scriptedOutside } from '../support/scripted-outside.ts'
import { answerTo } from './crash-agent.ts'
import { appendLine, crossingsFile } from './outside-world.ts'

const Body = z.object({ messages: z.array(z.object({ content: z.string() })) })
const broken = fail('endpoint.failed', 'The endpoint failed.', 'Try again.')

export const outsideTier = (folder: string, thinkMs: number) =>
  scriptedOutside(async ({ request, receipt }) => {
    appendLine(crossingsFile(folder), { stepId: receipt?.stepId ?? '', digest: request.digest.value })
    await sleep(thinkMs)
    const { messages } = Body.parse(JSON.parse(request.body))
    return answerTo(messages.map(({ content }) => content).join('\n')) ?? broken
  })
