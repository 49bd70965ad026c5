/** One file over a bad line: whole and as published under its name, or not there. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { begunBytes, type Fetching, fetchFile } from '../../../scripts/collect/fetch-file.ts'
import { mayHandOver, readSources, type Source } from '../../../scripts/collect/sources.ts'
import { serving, startFileServer } from '../../support/file-server.ts'
import { seeded } from '../../support/random.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const base = temporaryFolder()
const server = await startFileServer()
const other = await startFileServer()
const random = seeded(7)
const bytes = Buffer.concat([Buffer.from('GGUF'), Buffer.from(Array.from({ length: 300_000 }, () => Math.floor(random() * 256)))])
const sha256 = createHash('sha256').update(bytes).digest('hex')
const source: Source = { base: server.base, handsOverTo: [] }
const limits = { attemptsMax: 3, waitMs: 5, waitMsMax: 20, stallMs: 600 }

let target = ''
let count = 0
let interruptions: string[] = []
beforeEach(() => {
  count += 1
  target = join(base, String(count), 'model.gguf')
  mkdirSync(join(base, String(count)))
  interruptions = []
})

const fetching = (more: Partial<Fetching> = {}): Fetching => ({
  ...{ url: `${server.base}/model.gguf`, source, target, sha256, sizeBytes: bytes.length, magic: 'GGUF', limits },
  ...{ signal: new AbortController().signal, onInterrupted: (message) => void interruptions.push(message) },
  ...more,
})
const leftovers = () => ['', '.partial', '.partial.json'].filter((ending) => existsSync(`${target}${ending}`))

describe('what arrives', () => {
  test('is whole under its name, with progress up to the end and nothing beside it', async () => {
    server.answer(serving(bytes))
    const seen: (number | null)[] = []
    const found = await fetchFile(fetching({ onProgress: (done, total) => void seen.push(done, total) }))
    expect(found).toEqual({ sha256, sizeBytes: bytes.length, publishedSha256: sha256, revision: null })
    expect(readFileSync(target).equals(bytes)).toBe(true)
    expect([seen.at(-2), seen.at(-1), leftovers()]).toEqual([bytes.length, bytes.length, ['']])
  })

  test('goes on where the connection was cut, as often as that brings it further', async () => {
    const cut = serving(bytes, { cutAfter: 70_000, etag: '"a"' })
    server.answer(cut, cut, cut, cut, serving(bytes, { etag: '"a"' }))
    await fetchFile(fetching())
    expect(readFileSync(target).equals(bytes)).toBe(true)
    expect(server.asked[0]).toBe('/model.gguf')
    // A connection may be cut before anything of it was read.
    expect(server.asked.slice(1).filter((asked) => /^\/model\.gguf bytes=\d+- "a"$/.test(asked)).length).toBeGreaterThan(0)
    expect(interruptions.length).toBe(4)
  })

  test('begins anew where the server has no ranges, and where its file has become another', async () => {
    server.answer(serving(bytes, { cutAfter: 70_000 }), serving(bytes, { hasRanges: false }))
    await fetchFile(fetching())
    expect(readFileSync(target).equals(bytes)).toBe(true)
    target = `${target}.2`
    const old = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(bytes.length - 4, 1)])
    server.answer(serving(old, { cutAfter: 70_000, etag: '"old"' }), serving(bytes, { etag: '"new"' }))
    await fetchFile(fetching({ target }))
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  test('without a hash and without a mark is never put together from two answers', async () => {
    server.answer(serving(bytes, { cutAfter: 70_000 }), serving(bytes))
    const found = await fetchFile(fetching({ sha256: null }))
    expect([found.publishedSha256, server.asked]).toEqual([null, ['/model.gguf', '/model.gguf']])
  })

  test('is once more fetched from the beginning when an earlier run left something else', async () => {
    writeFileSync(`${target}.partial`, Buffer.alloc(1_000))
    writeFileSync(`${target}.partial.json`, JSON.stringify({ url: `${server.base}/model.gguf`, mark: null }))
    server.answer(serving(bytes))
    await fetchFile(fetching())
    expect(server.asked).toEqual(['/model.gguf bytes=1000-', '/model.gguf'])
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  test('is taken as it is when it was whole already, or longer than the file', async () => {
    writeFileSync(`${target}.partial`, bytes)
    writeFileSync(`${target}.partial.json`, JSON.stringify({ url: `${server.base}/model.gguf`, mark: null }))
    server.answer(serving(bytes))
    await fetchFile(fetching({ sizeBytes: null }))
    expect(server.asked).toEqual([`/model.gguf bytes=${bytes.length}-`])
    target = `${target}.2`
    writeFileSync(`${target}.partial`, Buffer.concat([bytes, bytes]))
    writeFileSync(`${target}.partial.json`, JSON.stringify({ url: `${server.base}/model.gguf`, mark: null }))
    await fetchFile(fetching({ target }))
    expect(readFileSync(target).equals(bytes)).toBe(true)
  })

  test('is on record with what its makers publish there, and held against it', async () => {
    const published = { 'x-linked-etag': `"${sha256}"`, 'x-linked-size': String(bytes.length), 'x-repo-commit': 'a'.repeat(40) }
    server.answer((_request, response) => response.writeHead(302, { location: '/cdn', ...published }).end(), serving(bytes))
    const found = await fetchFile(fetching({ sha256: null, sizeBytes: null }))
    expect(found).toMatchObject({ publishedSha256: sha256, revision: 'a'.repeat(40) })
    server.answer(serving(bytes, { headers: { 'x-linked-etag': `"${'0'.repeat(64)}"` } }))
    await expect(fetchFile(fetching({ target: `${target}.2` }))).rejects.toThrow('Find out which of both is right')
    await expect(fetchFile(fetching({ target: `${target}.3`, sha256: null }))).rejects.toThrow('not what was published')
  })
})

describe('what is refused, with nothing under the name', () => {
  const page = Buffer.from('<!doctype html><title>Log in</title>')
  test.each([
    [
      'another file of the same length',
      serving(Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(bytes.length - 4)])),
      'not what was published',
    ],
    ['a shorter file than the list says', serving(bytes.subarray(0, 900)), 'and should have 300004'],
    ['a page', serving(page, { headers: { 'content-type': 'text/html; charset=utf-8' } }), 'sent a page and no file'],
    ['a page that says to be a file', serving(page, { headers: { 'transfer-encoding': 'chunked' } }), 'begins with "<!do"'],
    ['a file in another encoding', serving(bytes, { headers: { 'content-encoding': 'br' } }), 'another encoding'],
    ['a log-in', (_r: unknown, response: { writeHead(n: number): { end(): void } }) => response.writeHead(401).end(), 'wants a log-in'],
    ['nothing', (_r: unknown, response: { writeHead(n: number): { end(): void } }) => response.writeHead(404).end(), 'is not there'],
    [
      'a refusal without a reason',
      (_r: unknown, response: { writeHead(n: number): { end(): void } }) => response.writeHead(451).end(),
      'answered 451',
    ],
  ])('%s', async (_what, answer, message) => {
    server.answer(answer as Parameters<typeof server.answer>[0])
    await expect(fetchFile(fetching())).rejects.toThrow(message)
    expect(leftovers()).toEqual([])
  })

  test('a file without an end, and one that says to be larger than anything', async () => {
    server.answer((_request, response) => {
      response.write('GGUF')
      const more = () => response.write(Buffer.alloc(65_536), (error) => (error ? undefined : setImmediate(more)))
      more()
    })
    const unknown = { sha256: null, sizeBytes: null, limits: { ...limits, bytesMax: 1_000_000 } }
    await expect(fetchFile(fetching(unknown))).rejects.toThrow('sends more than it said')
    expect(leftovers()).toEqual([])
    server.answer((_request, response) => response.writeHead(200, { 'content-length': 70 * 1024 ** 3 }).write('GGUF'))
    await expect(fetchFile(fetching({ sha256: null, sizeBytes: null }))).rejects.toThrow('more than anything that is collected')
    expect(server.asked).toHaveLength(1)
  })

  test('a redirect to another host, to plain HTTP, to nowhere and without end', async () => {
    const to = (location: string) => (_request: unknown, response: import('node:http').ServerResponse) =>
      void response.writeHead(302, { location }).end()
    other.answer(serving(bytes))
    server.answer(to(`${other.base}/model.gguf`))
    await expect(fetchFile(fetching())).rejects.toThrow('which is not allowed')
    server.answer(to('https://models.example/model.gguf'))
    await expect(fetchFile(fetching())).rejects.toThrow('https://models.example, which is not allowed')
    server.answer(to('http://'))
    await expect(fetchFile(fetching())).rejects.toThrow('redirects to nowhere')
    server.answer(to('/again'))
    await expect(fetchFile(fetching())).rejects.toThrow('redirects without end')
    expect(server.asked).toHaveLength(6)
    expect(other.asked).toEqual([])
    expect(leftovers()).toEqual([])
  })
})

describe('a bad line', () => {
  test('that is silent is given up and tried again; one that drips is not', async () => {
    server.answer(
      (_request, response) => void response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 500)),
      serving(bytes),
    )
    await fetchFile(fetching())
    expect(interruptions).toEqual(['nothing came for 0.6 s'])
    target = `${target}.2`
    const small = bytes.subarray(0, 48)
    server.answer((_request, response) => {
      response.writeHead(200, { 'content-length': small.length })
      let at = 0
      const timer = setInterval(() => {
        response.write(small.subarray(at, at + 4))
        at += 4
        if (at < small.length) return
        clearInterval(timer)
        response.end()
      }, 60)
    })
    const found = await fetchFile(fetching({ target, sha256: null, sizeBytes: null }))
    expect([found.sizeBytes, interruptions.length]).toEqual([48, 1])
  })

  test('that brings nothing is given up after some attempts, and what came before stays for the next run', async () => {
    server.answer(
      serving(bytes, { cutAfter: 1_000, etag: '"a"' }),
      (_request, response) => void response.writeHead(503, { 'retry-after': '0' }).end(),
    )
    await expect(fetchFile(fetching())).rejects.toThrow('it goes on where it stopped')
    expect(server.asked).toHaveLength(3)
    expect([leftovers(), begunBytes(target, `${server.base}/model.gguf`)]).toEqual([['.partial', '.partial.json'], 1_000])
    expect(begunBytes(target, `${server.base}/another.gguf`)).toBe(0)
    server.answer(serving(bytes, { etag: '"a"' }))
    await fetchFile(fetching())
    expect([server.asked, leftovers()]).toEqual([['/model.gguf bytes=1000- "a"'], ['']])
  })

  test('meets a page in its middle without losing what is here', async () => {
    server.answer(
      serving(bytes, { cutAfter: 1_000, etag: '"a"' }),
      serving(Buffer.from('<html>'), { headers: { 'content-type': 'text/html' } }),
    )
    await expect(fetchFile(fetching())).rejects.toThrow('sent a page')
    expect(begunBytes(target, `${server.base}/model.gguf`)).toBe(1_000)
  })

  test('that a person gives up on ends at once, and keeps what is here', async () => {
    const stop = new AbortController()
    server.answer((_request, response) => void response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 20_000)))
    const stopped = fetchFile(fetching({ signal: stop.signal, onProgress: () => stop.abort(new Error('stopped')) }))
    await expect(stopped).rejects.toThrow('stopped')
    expect([existsSync(target), begunBytes(target, `${server.base}/model.gguf`)]).toEqual([false, 20_000])
  })
})

test.each([
  ['huggingface', 'https://huggingface.co/a', 'https://cas-bridge.xethub.hf.co/b', true],
  ['huggingface', 'https://huggingface.co/a', 'https://cdn-lfs.huggingface.co/b', true],
  ['huggingface', 'https://huggingface.co/a', 'https://evil-hf.co/b', false],
  ['huggingface', 'https://huggingface.co/a', 'https://hf.co.example/b', false],
  ['huggingface', 'https://huggingface.co/a', 'http://cdn-lfs.huggingface.co/b', false],
  ['huggingface', 'https://huggingface.co/a', 'https://x:y@cdn-lfs.huggingface.co/b', false],
  ['electron', 'https://github.com/a', 'https://release-assets.githubusercontent.com/b', true],
  ['electron', 'https://github.com/a', 'https://gist.github.com/b', false],
  ['npm', 'https://packages.example/a', 'https://packages.example/b', true],
  ['npm', 'https://packages.example/a', 'http://packages.example/b', false],
] as const)('%s may hand over from %s to %s: %s', (name, from, to, isAllowed) => {
  expect(mayHandOver(readSources([])[name], new URL(from), new URL(to))).toBe(isAllowed)
})

test('a mirror holds everything itself, and is reached over TLS or is this machine', () => {
  expect(readSources(['npm=https://mirror.example/npm/']).npm).toEqual({ base: 'https://mirror.example/npm', handsOverTo: [] })
  expect(readSources([`electron=${server.base}`]).electron.base).toBe(server.base)
  for (const mirror of ['npm=http://mirror.example', 'pypi=https://x.example', 'npm', 'npm=nonsense', 'npm=file:///etc'])
    expect(() => readSources([mirror]), mirror).toThrow()
})
