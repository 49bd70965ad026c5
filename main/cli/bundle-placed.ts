/** What `holdfast bundle status` says of a policy, of documents and of agents that bundles brought. */
import type { BundleDataset, BundlePack, BundlePlaced, BundlePolicy } from '../contract/bundle-placed.ts'
import { plain } from './output.ts'

function describePolicy({ title, version, isInForce, because, command }: BundlePolicy): readonly string[] {
  const named = `Policy ${version === null ? '' : `${version} `}(${plain(title)})`
  if (isInForce) return [`${named}: in force`]
  return [
    `! ${named}: not in force, because: ${plain(because?.message ?? '')}`,
    `  ${command === null ? plain(because?.hint ?? '') : `An administrator loads it: ${command}`}`,
  ]
}

const andMore = (shown: number, total: number): readonly string[] => (total > shown ? [`    and ${total - shown} more`] : [])

function describeDataset(dataset: BundleDataset): readonly string[] {
  const { title, version, channel, seq, state, collection, documents, files, refused, refusedTotal, left, leftTotal, command } = dataset
  const named = `Dataset ${plain(title)} ${version}, of ${channel} ${seq}`
  if (state === 'not_shown') return [`${named}: above what this account may see`]
  if (state === 'absent') return [`! ${named}: its documents are not here. An administrator has them come in: ${command}`]
  const doing = state === 'importing' ? ', and it goes on' : ''
  return [
    `${named}: ${documents} of ${files} documents are in “${plain(collection ?? '')}”${doing}`,
    ...(state === 'unfinished' ? [`! It was not finished. An administrator has the rest come in: ${command}`] : []),
    ...(refusedTotal === 0 ? [] : [`  ${refusedTotal} refused:`]),
    ...refused.slice(0, 10).map(({ file, reason }) => `    ${plain(file)}: ${plain(reason)}`),
    ...andMore(Math.min(refused.length, 10), refusedTotal),
    ...(leftTotal === 0 ? [] : [`  ${leftTotal} not in the newest version; a person removes them: holdfast documents remove ID`]),
    ...left.slice(0, 10).map(({ documentId, file }) => `    ${documentId}  ${plain(file)}`),
    ...andMore(Math.min(left.length, 10), leftTotal),
  ]
}

const describePack = ({ title, agents, isInstalled, because }: BundlePack): readonly string[] =>
  isInstalled
    ? [`Agents (${plain(title)}): ${agents.map(plain).join(', ')}, installed`]
    : [`! Agents (${plain(title)}): not installed, because: ${plain(because?.message ?? '')}`, `  ${plain(because?.hint ?? '')}`]

export const describePlaced = ({ policy, datasets, packs }: BundlePlaced): readonly string[] => [
  ...(policy === null ? [] : describePolicy(policy)),
  ...datasets.flatMap(describeDataset),
  ...packs.flatMap(describePack),
]
