/** Loaded by every child before its own code: it may connect to nothing, listen to nobody, and start nothing. */
import { installEgressGuard } from './egress-guard.ts'
import { childRules } from './egress-rules.ts'

installEgressGuard(childRules)
