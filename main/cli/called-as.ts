/** How a person calls this program: through npm where it runs from source, by its launcher where it was delivered. */
import { extname } from 'node:path'

const isSource = extname(import.meta.filename) === '.ts'

export const calledAs = isSource
  ? { holdfast: 'npm run -s holdfast --', start: 'npm start --', console: 'npm start -- --console' }
  : { holdfast: 'holdfast', start: 'holdfast start', console: 'holdfast start' }
