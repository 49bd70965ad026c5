/** What the person's desktop offers: a display, a browser. Nothing secret may stand in what is handed to another program's command line. */
import { spawn } from 'node:child_process'

/** Whether a window could be shown. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY)
}

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd.exe', '/c', 'start', '""'],
}

/** Asks the desktop to open a file with what it opens such files with. Resolves to whether that program could be started. */
export function openFile(file: string): Promise<boolean> {
  const [command = 'xdg-open', ...args] = openers[process.platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true, windowsHide: true })
    opener.once('error', () => resolve(false))
    opener.once('spawn', () => {
      opener.unref()
      resolve(true)
    })
  })
}
