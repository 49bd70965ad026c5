/** Hears what the guards of this process's threads refused. What it hears is untrusted and only ever noted. */
import { BroadcastChannel } from 'node:worker_threads'
import { EgressAttempt } from '../domain/egress.ts'
import { noteRefused, workerChannel } from './egress-attempts.ts'

/** Notes what threads were refused; returns how to stop. */
export function hearWorkers(): () => void {
  const channel = new BroadcastChannel(workerChannel)
  channel.onmessage = (message) => {
    const attempt = EgressAttempt.safeParse((message as MessageEvent).data)
    if (attempt.success) noteRefused({ ...attempt.data, part: 'worker' })
  }
  channel.unref()
  return () => channel.close()
}
