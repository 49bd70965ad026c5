/** Builds the window into dist/renderer, for both shells: relative addresses, nothing inlined, so that the content policy holds without exceptions. */
import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'
import { windowPackages } from '../scripts/window-packages.ts'

const config: UserConfig = {
  root: import.meta.dirname,
  base: './',
  plugins: [react(), tailwindcss(), windowPackages(join(import.meta.dirname, '../dist'))],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
  },
  worker: { format: 'es' },
}

export default defineConfig(({ command }) => {
  // A build is what ships, whoever starts it: a test's own setting would put the development library into it.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return config
})
