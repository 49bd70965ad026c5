/** Why a policy that was accepted does not stand as it should: what lies on this machine is not what was accepted. Each one tightens. */

export const policyFaults = [
  'not_accepted',
  'log_silent',
  'log_unreadable',
  'stored_missing',
  'stored_changed',
  'mark_missing',
  'mark_changed',
  'rolled_back',
  'file_missing',
  'file_changed',
  'signature_missing',
  'signature_wrong',
  'trust_root_unsafe',
  'signer_not_trusted',
] as const
export type PolicyFault = (typeof policyFaults)[number]

/** What was found, in a sentence for the screen. */
export const explainPolicyFault: Readonly<Record<PolicyFault, string>> = {
  not_accepted: 'A policy lies in the data folder that nobody has loaded.',
  log_silent: 'There is a policy here, but the log does not know that one was ever loaded.',
  log_unreadable: 'The log cannot tell which policy was loaded last.',
  stored_missing: 'The policy is gone from the database.',
  stored_changed: 'The policy in the database is not the one that was loaded.',
  mark_missing: 'The mark beside the database, which says which policy was loaded last, is gone.',
  mark_changed: 'The mark beside the database does not name the policy that was loaded last.',
  rolled_back: 'The database knows an older policy than the one that was loaded last.',
  file_missing: 'The policy file is gone, or cannot be read.',
  file_changed: 'The policy file is not the one that was loaded.',
  signature_missing: 'The signature of the policy file is gone, or cannot be read.',
  signature_wrong: 'The signature does not belong to the policy.',
  trust_root_unsafe: 'The keys that this machine trusts cannot be read, or others than root could have changed them.',
  signer_not_trusted: 'The policy is signed with a key that this machine does not trust.',
}
