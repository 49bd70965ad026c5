/** What `holdfast bundle draft` makes of a folder of documents, of a pack of agents and of a signed policy: one file for each, and its entry in the list. */
import { basename, join } from 'node:path'
import { readAgentPack } from '../airgap/agent-pack.ts'
import { writeWhole } from '../airgap/durable.ts'
import { packDataset } from '../airgap/pack-dataset.ts'
import { artifactLimits } from '../domain/airgap/artifact.ts'
import { readBundledPolicy, writeBundledPolicy } from '../domain/airgap/bundled-policy.ts'
import { portable } from '../domain/airgap/draft-list.ts'
import type { PackList } from '../domain/airgap/pack-list.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import { Policy } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import { readText } from './key-files.ts'
import { plain } from './output.ts'

type Entry = PackList['artifacts'][number]

const limits = { nameChars: 32, signatureBytes: 4_096 } as const

const common = { platform: null, licence: 'unknown', upstream: null, status: 'active', model: null } as const
const notSigned = (file: string) =>
  fail('policy.malformed', `${plain(file)} is no policy with a signature beside it.`, 'Sign it: holdfast policy sign.')
const noName = (folder: string) =>
  fail('bundle.list_wrong', `${plain(folder)} has a name that no dataset can have.`, 'Call the folder by letters and digits.')

/** Wraps a policy with its signature. Whose signature that is, the receiving station judges. */
export function policyEntry(file: string, into: string): Result<Entry> {
  const text = readText(file)
  if (!text.ok) return text
  const signature = readText(`${file}.minisig`, limits.signatureBytes)
  if (!signature.ok) return signature
  const wrapped = writeBundledPolicy({ policy: text.value, signature: signature.value })
  const policy = Policy.safeParse(readJson(text.value))
  if (!policy.success || readBundledPolicy(wrapped) === null) return notSigned(file)
  const own = 'policy.bundled.json'
  writeWhole(join(into, own), wrapped, 0o644)
  const { version, issuer } = policy.data
  const title = `Policy ${version} of ${plain(issuer)}`.slice(0, 120)
  return ok({ ...common, id: 'policy', kind: 'policy', name: 'policy', title, version: String(version), collection: null, file: own })
}

/** The collection is called as the folder; a person corrects that, and the label, in the list. */
export async function datasetEntry(folder: string, into: string, label: Label): Promise<Result<Entry>> {
  const name = basename(fromInvocation(folder))
  const id = portable(name, limits.nameChars)
  if (id === '') return noName(folder)
  const own = `${id}.dataset.tar.zst`
  const packed = await packDataset(fromInvocation(folder), join(into, own))
  if (!packed.ok) return packed
  const collection = { name: plain(name).trim().slice(0, artifactLimits.collectionNameChars), label }
  return ok({ ...common, id, kind: 'dataset', name: id, title: collection.name, version: '1', collection, file: own })
}

/** A pack of agents as it was made. What it is called and licensed under, it says itself. */
export async function agentsEntry(file: string): Promise<Result<Entry>> {
  const at = fromInvocation(file)
  const read = await readAgentPack(at)
  if (!read.ok) return read
  const { name, version, description, license } = read.value.manifest
  const title = plain(description).slice(0, 120) || name
  return ok({
    ...common,
    id: name,
    kind: 'agent-pack',
    name: portable(name, limits.nameChars),
    title,
    version,
    collection: null,
    licence: license,
    file: at,
  })
}
