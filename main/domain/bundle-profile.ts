/** What a bundle for one kind of machine takes across the gap, by name: the files behind the names stand in the lists of models and the lock file. */
import * as z from 'zod'
import { MachineGib } from './model-manifest.ts'

export const profileNames = ['analyst-8gb', 'analyst-16gb', 'analyst-32gb', 'headless'] as const
export const ProfileName = z.enum(profileNames)
export type ProfileName = z.infer<typeof ProfileName>

export const BundleProfile = z.strictObject({
  name: ProfileName,
  /** For whom, in one sentence. */
  purpose: z.string().min(1).max(200),
  machineGib: MachineGib,
  /** A window of its own, or the console alone. */
  shell: z.enum(['desktop', 'appliance']),
  /** Ids of the edge list. */
  models: z.array(z.string().min(1).max(120)).max(50),
  /** Languages that scanned pages are read in, as the OCR data names them. */
  ocrLanguages: z.array(z.string().regex(/^[a-z]{3}(_[a-z]+)?$/)).max(20),
})
export type BundleProfile = z.infer<typeof BundleProfile>

export const BundleProfiles = z.strictObject({ profiles: z.array(BundleProfile).length(profileNames.length) })
export type BundleProfiles = z.infer<typeof BundleProfiles>
