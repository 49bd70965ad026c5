/** Starts the window: theme first, then the bridge, then the screens. Nothing here knows which shell it runs in. */
import './styles/app.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import * as z from 'zod'
import { ApiProvider, CallFailed } from './api.tsx'
import { openBridge } from './bridge.ts'
import { NoSession } from './frame/no-session.tsx'
import { applyTheme } from './frame/preferences.ts'
import { router } from './router.tsx'
import { openRunFeed } from './run-feed.ts'

const limits = { retriesMax: 3, keptMs: 10 * 60_000, manualAfterMs: 2_000 } as const

// The content policy refuses code made from strings.
z.config({ jitless: true })
applyTheme()
// A file that is dropped beside a place that takes it must not carry the window off to it.
for (const name of ['dragover', 'drop'] as const) window.addEventListener(name, (event) => event.preventDefault())

/** The feed says when an answer went stale; only a lost core is worth asking again. */
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: limits.keptMs,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: (failures, error) => error instanceof CallFailed && error.failure.code === 'connection.lost' && failures < limits.retriesMax,
    },
    mutations: { networkMode: 'always' },
  },
})

/** The manual is wanted most when nothing answers any more, the server of this page included: it is fetched ahead, once the window is at rest. */
const readManualAhead = () => setTimeout(() => void import('./manual/manual-screen.tsx').catch(() => undefined), limits.manualAfterMs)

async function start() {
  const place = document.getElementById('root')
  if (place === null) return
  const root = createRoot(place)
  const bridge = await openBridge()
  if (bridge === null) return root.render(<NoSession />)
  const feed = openRunFeed(bridge, client)
  root.render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <ApiProvider bridge={bridge} feed={feed}>
          <RouterProvider router={router} />
        </ApiProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
  readManualAhead()
}

void start()
