/** The tenant: whose rows a core serves. One core serves one; what lies beside it in the same data folder does not exist for it. */
import * as z from 'zod'

/** Also the name of the stream of the tenant's own facts, so it must never look like the id of a run. */
export const TenantId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected lower-case letters, digits and hyphens')

/** The one tenant of a workstation. */
export const defaultTenant = 'station'
