/** The journey inside an empty network namespace: started there by its test, with the core traced and the browser beside it. Prints what the page asked for. */

import { traceInto } from '../../support/trace.ts'
import { startConsole } from './console.ts'
import { journey, watchPage } from './journey.ts'

const [data = '', traces = ''] = process.argv.slice(2)
const shell = await startConsole(data, 'source', traceInto(traces))
try {
  const { page, close } = await shell.open()
  const { requests, errors } = watchPage(page)
  try {
    await journey(page)
  } finally {
    await close()
  }
  const foreign = requests.filter((url) => !url.startsWith(shell.origin) && !/^(blob|data):/.test(url))
  process.stdout.write(`${JSON.stringify({ requests: requests.length, foreign, errors })}\n`)
} finally {
  await shell.close()
}
