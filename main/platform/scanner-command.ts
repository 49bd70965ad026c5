/** How the scanner is called: known to the guard, which lets this one call through. */

/** Where an administrator's scanner lies: not looked for in a path that others could have set. */
export const clamscan = '/usr/bin/clamscan'

export const scanArguments = [
  '--no-summary',
  '--stdout',
  '--alert-exceeds-max=yes',
  '--max-filesize=2000M',
  '--max-scansize=4000M',
  '--',
] as const
