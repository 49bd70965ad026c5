/** The guard as it stands in tests: nothing leaves this machine, but tests may speak to their own servers and start programs. Product rules are tested in processes of their own. */
import { installEgressGuard } from '../../main/platform/egress-guard.ts'
import type { EgressRules } from '../../main/platform/egress-rules.ts'

export const testRules: EgressRules = {
  ...{ part: 'core', isLoopbackOpen: true, mayListen: true, areBackDoorsOpen: true },
  mayReach: () => true,
  // The self-test's program is refused here, too.
  mayStart: ({ file }) => file !== 'curl',
}

installEgressGuard(testRules)
