/** Who a person is here. An account may hold several roles, where the policy does not keep them apart. */
import * as z from 'zod'

export const roles = ['analyst', 'reviewer', 'operator', 'administrator', 'security_officer', 'auditor'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>
