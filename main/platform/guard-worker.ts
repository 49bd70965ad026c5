/** Loaded by every thread before its own code: the same as a child's guard, and what it refuses is told to the thread that keeps the record. */
import { BroadcastChannel, isMainThread } from 'node:worker_threads'
import { recordEgress, workerChannel } from './egress-attempts.ts'
import { installEgressGuard } from './egress-guard.ts'
import { workerRules } from './egress-rules.ts'

installEgressGuard(workerRules)
if (!isMainThread) {
  const channel = new BroadcastChannel(workerChannel)
  channel.unref()
  recordEgress({
    allowed: () => {
      throw new Error('a thread lets nothing through')
    },
    denied: (attempt) => channel.postMessage(attempt),
  })
}
