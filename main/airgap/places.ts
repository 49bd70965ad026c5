/** Where a station keeps what came across the gap. Everything lies in one folder of the data folder, so that what is staged is renamed into place. */
import { join } from 'node:path'
import { defaultTenant } from '../domain/tenant.ts'
import type { Paths } from '../world.ts'

export interface AirgapPlaces {
  readonly folder: string
  /** What is on its way in, a folder for each bundle. Nothing in it counts. */
  readonly quarantine: string
  /** Verified files, each under its SHA-256, shared by all bundles. */
  readonly store: string
  /** The signed files of every bundle that was taken, a folder for each. */
  readonly releases: string
  readonly receipts: string
  /** Documents that were unpacked, a folder for each import until it has ended. */
  readonly datasets: string
  /** The roots that were trusted here, by version. */
  readonly roots: string
  /** The mirror of the trust that is on record in the database. */
  readonly trust: string
  /** What this side did with media, line by line. */
  readonly custody: string
}

/** Each tenant says for itself whose bundles it takes. */
export const airgapPlacesOf = ({ airgap }: Pick<Paths, 'airgap'>, tenant: string): AirgapPlaces =>
  airgapPlaces(tenant === defaultTenant ? airgap : join(airgap, 'tenants', tenant))

export const airgapPlaces = (folder: string): AirgapPlaces => ({
  folder,
  quarantine: join(folder, 'quarantine'),
  store: join(folder, 'store'),
  releases: join(folder, 'releases'),
  receipts: join(folder, 'receipts'),
  datasets: join(folder, 'datasets'),
  roots: join(folder, 'roots'),
  trust: join(folder, 'trust.json'),
  custody: join(folder, 'custody.jsonl'),
})
