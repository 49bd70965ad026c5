/** The self-test in a process of its own, as isolated as any other child: what its guard refuses must reach the core. */
import { serveChild } from '../child-main.ts'
import { tryWaysOut } from './egress-trials.ts'

serveChild(() => tryWaysOut())
