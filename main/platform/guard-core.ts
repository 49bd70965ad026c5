/** First import of every program that is, or reaches, a core: nothing else of it is evaluated before the guard stands. It must import nothing but the guard. */
import { installEgressGuard } from './egress-guard.ts'
import { coreRules } from './egress-rules.ts'

installEgressGuard(coreRules)
