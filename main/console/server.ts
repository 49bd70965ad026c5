/** The console shell: the page and the contract on a loopback port of this machine. It listens nowhere else, and sets no cookie. */
import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as z from 'zod'
import { CallRequest } from '../contract/api.ts'
import type { Core } from '../core.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Clock } from '../world.ts'
import { createFeed, type Feed } from './feed.ts'
import { refusal } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createStatic } from './static.ts'

const limits = {
  bodyBytesMax: 4 * 1024 * 1024,
  headerBytesMax: 16 * 1024,
  feedsMax: 32,
  connectionsMax: 256,
  headersMs: 10_000,
  requestMs: 60_000,
} as const

const host = '127.0.0.1'
const Token = z.strictObject({ token: z.string().min(1).max(200) })
const After = z.string().regex(/^\d{1,15}$/)

export interface ConsoleConfig {
  readonly core: Core
  /** Folder of the built page. */
  readonly page: string
  readonly account: string
  readonly clock: Clock
  /** Called when a token was exchanged, so that what carried it can be deleted. */
  readonly onTokenUsed?: () => void
}

export interface Console {
  readonly port: number
  /** The plain address, without a token. */
  readonly url: string
  /** An address that opens a session once, within `ttlMs`. Secret: never on a command line or in a log. */
  link(ttlMs: number): string
  close(): Promise<void>
}

function refuse(context: Context, status: ContentfulStatusCode, code: string, message: string, hint: string): Response {
  return context.json(fail(code, message, hint), status, { ...securityHeaders })
}

async function readJson<T>(context: Context, schema: z.ZodType<T>): Promise<T | null> {
  const type = context.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return null
  try {
    const parsed = schema.safeParse(await context.req.json())
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

const badRequest = (context: Context) =>
  refuse(
    context,
    400,
    'console.bad_request',
    'The request is not what the console takes.',
    'Send the JSON of the contract as application/json.',
  )

function createApp(config: ConsoleConfig, sessions: Sessions, feeds: Set<Feed>, port: () => number): Hono {
  const { core, account } = config
  const app = new Hono()
  const page = createStatic(config.page)

  app.use(async (context, next) => {
    const knock = {
      method: context.req.method,
      host: context.req.header('host') ?? null,
      urlHost: new URL(context.req.url).host,
      origin: context.req.header('origin') ?? null,
      fetchSite: context.req.header('sec-fetch-site') ?? null,
    }
    const refused = refusal(knock, port(), context.req.path.startsWith('/api/'))
    if (refused !== null) return refuse(context, 403, refused.code, refused.message, 'Open the address that Holdfast printed.')
    await next()
    for (const [name, value] of Object.entries(securityHeaders)) context.header(name, value)
    return
  })
  app.use('/api/*', async (context, next) => {
    if (context.req.path === '/api/session') return next()
    const bearer = /^Bearer ([\w-]{1,200})$/.exec(context.req.header('authorization') ?? '')?.[1]
    if (bearer !== undefined && sessions.verify(bearer)) return next()
    return refuse(context, 401, 'console.no_session', 'This page has no session.', 'Open a new link: holdfast console url.')
  })

  // After the session was checked: a stranger's body is not even read.
  app.on(
    'POST',
    ['/api/session', '/api/call'],
    bodyLimit({
      maxSize: limits.bodyBytesMax,
      onError: (context) => refuse(context, 413, 'console.body_too_large', 'The request is too large.', 'Send files in smaller parts.'),
    }),
  )

  app.post('/api/session', async (context) => {
    const body = await readJson(context, Token)
    if (body === null) return badRequest(context)
    const exchange = sessions.exchange(body.token)
    if ('bearer' in exchange) {
      config.onTokenUsed?.()
      return context.json({ bearer: exchange.bearer })
    }
    return exchange.refused === 'too_many'
      ? refuse(context, 429, 'console.too_many_tokens', 'Too many wrong tokens were tried.', 'Wait a minute.')
      : refuse(context, 401, 'console.wrong_token', 'This link was used before, or is too old.', 'Make another: holdfast console url.')
  })
  app.post('/api/call', async (context) => {
    const body = await readJson(context, CallRequest)
    if (body === null) return badRequest(context)
    return context.json(await core.dispatch(body.name, body.input, { account, shell: 'console' }))
  })
  app.get('/api/feed', (context) => {
    const asked = context.req.query('after')
    const after = After.optional().safeParse(asked)
    // HEAD comes here too: its feed would have no reader, and no end.
    if (!after.success || context.req.method !== 'GET') return badRequest(context)
    if (feeds.size >= limits.feedsMax)
      return refuse(context, 429, 'console.too_many_feeds', 'Too many pages are open.', 'Close some of them.')
    const bearer = context.req.header('authorization')?.slice('Bearer '.length) ?? ''
    const feed = createFeed(
      core,
      after.data === undefined ? null : Number(after.data),
      () => sessions.verify(bearer),
      // An overfull first item ends the feed before it has a name.
      () => queueMicrotask(() => feeds.delete(feed)),
    )
    feeds.add(feed)
    return feed.response
  })
  app.all('/api/*', (context) => refuse(context, 404, 'console.no_such_door', 'There is nothing here.', 'Look at the contract.'))
  app.all('*', (context) => page(context.req.raw))
  app.onError((_error, context) => refuse(context, 500, 'console.defect', 'The console failed on this request.', 'Try again.'))
  return app
}

/** Starts listening; `port` 0 takes a free one. The core stays the caller's to close. */
export async function startConsole(config: ConsoleConfig, wantedPort: number): Promise<Result<Console>> {
  const sessions = createSessions(config.clock)
  const feeds = new Set<Feed>()
  let port = wantedPort
  const app = createApp(config, sessions, feeds, () => port)
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { maxHeaderSize: limits.headerBytesMax, headersTimeout: limits.headersMs, requestTimeout: limits.requestMs },
  })
  server.maxConnections = limits.connectionsMax
  try {
    server.listen(wantedPort, host)
    await once(server, 'listening')
  } catch {
    return fail(
      'console.port_taken',
      `Port ${wantedPort} of this machine cannot be used.`,
      'Name another with --port, or none for a free one.',
    )
  }
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : wantedPort
  const url = `http://${host}:${port}/`
  return ok({
    port,
    url,
    link: (ttlMs) => `${url}#token=${sessions.issueToken(ttlMs)}`,
    close: async () => {
      for (const feed of [...feeds]) feed.end()
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  })
}
