/** One door for a file of tests, as it was when it was opened before each of them, and what a caller of chats sends to it and gets. */
import { beforeAll, beforeEach, expect } from 'vitest'
import type { ChatRequest } from '../../main/world.ts'
import { chatBody, openTestDoor, servedModels, type TestDoor } from './serve-core.ts'
import { testId } from './test-core.ts'

export const path = '/v1/chat/completions'
export const keyId = testId('key', 1)
export const [writer, vectors] = servedModels.map(({ id }) => id)

export interface SharedDoor {
  ask(more?: Readonly<Record<string, unknown>>, headers?: Readonly<Record<string, string>>): ReturnType<TestDoor['ask']>
  /** What the model was asked, when the call was answered. */
  asked(more?: Readonly<Record<string, unknown>>): Promise<ChatRequest>
}

export function sharedDoor(onOpen: (door: TestDoor) => void): SharedDoor {
  let door: TestDoor
  let plain: TestDoor['onChat']
  beforeAll(async () => {
    door = await openTestDoor()
    plain = door.onChat
    onOpen(door)
  })
  beforeEach(() => {
    door.onChat = plain
    door.quotaTokens = 100_000
    door.contextTokens = 1_000
    door.record.length = 0
    door.asked.length = 0
  })
  const ask: SharedDoor['ask'] = (more = {}, headers = {}) => door.ask({ path, body: chatBody(more), headers })
  return {
    ask,
    asked: async (more = {}) => {
      const answer = await ask(more)
      expect(answer.status, answer.text).toBe(200)
      const last = door.asked.at(-1)
      if (last === undefined) throw new Error('not asked')
      return last
    },
  }
}

/** The events of a stream, without its comments and its last line. */
export const events = (text: string) =>
  text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        JSON.parse(line.slice('data: '.length)) as {
          choices: Array<{ delta: Record<string, unknown>; finish_reason: string | null }>
        } & Record<string, unknown>,
    )

export const tool = (name: string, parameters?: unknown) => ({
  type: 'function',
  function: { name, description: `Does ${name}.`, ...(parameters === undefined ? {} : { parameters }) },
})
export const depth = { type: 'object', properties: { quay: { enum: ['east', 'west'] }, exact: { type: 'boolean' } }, required: ['quay'] }
