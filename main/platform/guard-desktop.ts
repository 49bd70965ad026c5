/** First import of the window's program: nothing else of it is evaluated before the guard stands. Chromium's own network is closed elsewhere. */
import { installEgressGuard } from './egress-guard.ts'
import { desktopRules } from './egress-rules.ts'

installEgressGuard(desktopRules)
