/** Crossings over the real router, policy and inference. */
import type { Endpoint } from '../domain/endpoint.ts'
import { portionOf } from '../domain/reply-marks.ts'
import type { Services } from '../handlers/services.ts'
import { createFindAll } from '../policy/patterns.ts'
import { type CrossingParts, createCrossings, type GoUp } from '../runs/crossing.ts'
import { sha256 } from '../store/event-log.ts'

export interface CrossingHome
  extends Pick<Services, 'policy' | 'inference' | 'feed' | 'newId'>,
    Pick<CrossingParts, 'outside' | 'deadline' | 'failpoint'> {
  readonly endpoints: () => readonly Endpoint[]
}

export const crossings = ({ policy, inference, feed, ...parts }: CrossingHome): GoUp =>
  createCrossings({
    ...parts,
    ...{ rules: () => policy().sanitise, findAll: createFindAll(), readPortion: portionOf, sha256 },
    countTokens: inference.countTokens,
    onSending: (runId) => feed.stage(runId, 'writing'),
  })
