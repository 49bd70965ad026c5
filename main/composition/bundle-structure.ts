/** Whether a file that came with a bundle is what its kind says, by our own bounded look. A signature says who sent it, not that it is sound. */
import { readFile } from 'node:fs/promises'
import { readAgentPack } from '../airgap/agent-pack.ts'
import { textOf } from '../airgap/bounded-read.ts'
import { readDataset } from '../airgap/dataset-archive.ts'
import { Advisory, Vex } from '../domain/airgap/advisory.ts'
import { type Artifact, artifactKinds } from '../domain/airgap/artifact.ts'
import { bundledPolicyLimits, readBundledPolicy } from '../domain/airgap/bundled-policy.ts'
import { readJson } from '../domain/canonical-json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { checkGguf, openModelFile } from '../models/gguf-check.ts'

const jsonBytesMax = 64 * 1024 * 1024

async function checkModel(file: string, size: number): Promise<Result<unknown>> {
  const opened = await openModelFile(file)
  if (!opened.ok) return opened
  try {
    return await checkGguf(opened.value.handle, size)
  } finally {
    await opened.value.handle.close()
  }
}

export async function checkStructure(
  file: string,
  { id, kind, size }: Pick<Artifact, 'id' | 'kind' | 'size'>,
  signal?: AbortSignal,
): Promise<Result<null>> {
  const wrong = (why: string) => fail('bundle.structure', `${id} is signed, and is no ${kind}: ${why}`, 'Ask whoever signed it.')
  if (kind === 'model') {
    const facts = await checkModel(file, size)
    return facts.ok ? ok(null) : wrong(facts.error.message)
  }
  if (kind === 'dataset') {
    const files = await readDataset(file, null, { signal })
    if (files.ok) return ok(null)
    return files.error.code === 'bundle.dataset_malformed' ? wrong(files.error.message) : files
  }
  if (kind === 'agent-pack') {
    const pack = await readAgentPack(file)
    return pack.ok ? ok(null) : wrong(pack.error.message)
  }
  if (!artifactKinds[kind].endsWith('json')) return ok(null)
  if (size > (kind === 'policy' ? bundledPolicyLimits.bytesMax : jsonBytesMax)) return wrong('it is larger than such a list can be.')
  if (kind === 'policy') {
    const text = textOf(await readFile(file))
    if (text === null || readBundledPolicy(text) === null)
      return wrong('it is not a policy with its signature, as bundle draft packs them.')
    return ok(null)
  }
  const value = readJson(await readFile(file, 'utf8'))
  if (value === undefined) return wrong('it is no JSON.')
  if (kind === 'advisory' && !Advisory.safeParse(value).success) return wrong('it is not of the form of one.')
  if (kind === 'vex' && !Vex.safeParse(value).success) return wrong('it is no CycloneDX list of weaknesses.')
  return ok(null)
}
