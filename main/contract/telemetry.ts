/** What is measured here as it crosses the border: metrics, traces, incidents and reviews. Names, codes, ids and numbers only. */
import * as z from 'zod'
import { call } from './define.ts'

export const MetricsText = z.strictObject({ contentType: z.string(), text: z.string() })
export type MetricsText = z.infer<typeof MetricsText>

export const telemetryCalls = {
  'station.metrics': call('How agents do, in the words of Prometheus; of what this account may see', z.strictObject({}), MetricsText),
}
