/**
 * The other side of the decode benchmark: node-llama-cpp by itself in a plain process, with nothing of this program. Decodes on
 * request and says how long it took.
 */
import { getLlama, LlamaCompletion, LlamaLogLevel } from 'node-llama-cpp'

const [modelPath = '', prompt = ''] = process.argv.slice(2)
const llama = await getLlama({ build: 'never', skipDownload: true, gpu: false, logLevel: LlamaLogLevel.error, maxThreads: 1 })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({ contextSize: 1_024, threads: 1 })
const completion = new LlamaCompletion({ contextSequence: context.getSequence() })

process.on('message', async (tokensMax: number) => {
  let firstAt = 0
  let tokens = 0
  await completion.generateCompletion(prompt, {
    maxTokens: tokensMax,
    temperature: 0,
    onToken: (some) => {
      firstAt ||= performance.now()
      tokens += some.length
    },
    onTextChunk: () => {},
  })
  process.send?.({ tokens, decodeMs: performance.now() - firstAt })
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
