/** Serves the built page to both shells, and nothing else: no request may reach a file outside the folder of the page. */
import { open, realpath } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { securityHeaders } from './headers.ts'

const limits = { assetBytesMax: 64 * 1024 * 1024, pathCharsMax: 400 } as const

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.bcmap': 'application/octet-stream',
  '.pfb': 'application/octet-stream',
  '.ttf': 'font/ttf',
  '.icc': 'application/octet-stream',
}

/** A path of the page itself, which its own router shows: words without an ending. */
const isScreen = (path: string): boolean => path.startsWith('/') && path.split('/').every((word) => /^[A-Za-z0-9_-]*$/.test(word))
/** Names that a build gives its files. What is not listed here (a backslash, a percent sign left by double encoding, NUL) is no name. */
const segment = /^(?!\.)[A-Za-z0-9._@+-]+$/

/** The file a request path names, relative to the page's folder, or null when it is no path of ours. */
export function assetPath(pathname: string): string | null {
  if (pathname.length > limits.pathCharsMax) return null
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (isScreen(decoded)) return 'index.html'
  const segments = decoded.slice(1).split('/')
  if (!decoded.startsWith('/') || !segments.every((part) => segment.test(part))) return null
  return Object.hasOwn(types, extname(decoded).toLowerCase()) ? join(...segments) : null
}

const isInside = (folder: string, file: string): boolean => {
  const path = relative(folder, file)
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}

async function readInside(folder: string, path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const root = await realpath(folder)
    const real = await realpath(join(root, path))
    if (!isInside(root, real)) return null
    await using file = await open(real, 'r')
    const found = await file.stat()
    if (!found.isFile() || found.size > limits.assetBytesMax) return null
    return new Uint8Array(await file.readFile())
  } catch {
    return null
  }
}

const refuse = (status: number, text: string): Response =>
  new Response(text, { status, headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' } })

/** The same function for both shells: the console's server and the desktop's own scheme. */
export function createStatic(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only reading is possible here.')
    const path = assetPath(new URL(request.url).pathname)
    const bytes = path === null ? null : await readInside(folder, path)
    if (path === null || bytes === null) return refuse(404, 'There is nothing here.')
    const headers = { ...securityHeaders, 'Content-Type': types[extname(path).toLowerCase()] ?? 'application/octet-stream' }
    return new Response(request.method === 'HEAD' ? null : bytes, { headers })
  }
}
