/** Takes the lock of the file named in its argument, says how that went, and waits to be killed. */
import { takeLock } from '../../main/store/lock.ts'

const lock = takeLock(process.argv[2] ?? '')
process.stdout.write(`${lock.ok ? 'held' : lock.error.code}\n`)
setInterval(() => undefined, 1_000)
