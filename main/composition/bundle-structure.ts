/** Whether a file that came with a bundle is what its kind says, by our own bounded look. A signature says who sent it, not that it is sound. */
import { readFile } from 'node:fs/promises'
import { Advisory, Vex } from '../domain/airgap/advisory.ts'
import { type Artifact, artifactKinds } from '../domain/airgap/artifact.ts'
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

export async function checkStructure(file: string, { id, kind, size }: Artifact): Promise<Result<null>> {
  const wrong = (why: string) => fail('bundle.structure', `${id} is signed, and is no ${kind}: ${why}`, 'Ask whoever signed it.')
  if (kind === 'model') {
    const facts = await checkModel(file, size)
    return facts.ok ? ok(null) : wrong(facts.error.message)
  }
  if (!artifactKinds[kind].endsWith('json')) return ok(null)
  if (size > jsonBytesMax) return wrong('it is larger than such a list can be.')
  const value = readJson(await readFile(file, 'utf8'))
  if (value === undefined) return wrong('it is no JSON.')
  if (kind === 'advisory' && !Advisory.safeParse(value).success) return wrong('it is not of the form of one.')
  if (kind === 'vex' && !Vex.safeParse(value).success) return wrong('it is no CycloneDX list of weaknesses.')
  return ok(null)
}
