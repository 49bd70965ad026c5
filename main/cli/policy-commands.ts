/** Says how the policy and acts of two persons are typed: `policy …` and `acts …`. */
import type { Command } from 'commander'
import { actsConfirm, actsList, actsReject, actsShow } from './acts.ts'
import { terminalConfirm } from './confirm.ts'
import { keygen } from './key-files.ts'
import { print } from './output.ts'
import { type PolicyFiles, policyCheck, policyDiff, policyLoad, policyShow } from './policy.ts'
import { policySign } from './policy-sign.ts'
import type { CommandParts, Common } from './run-commands.ts'

export function addPolicyCommands(program: Command, { command, withCore }: CommandParts): void {
  const policy = program.command('policy').description('what this site has decided, signed')
  const withFiles = (name: string, description: string) =>
    command(policy, name, description)
      .argument('[file]')
      .option('--from-bundle <bundle>', 'the one that a bundle brought: its version, or the beginning of its digest')
      .option('--signature <file>', 'its signature (default: the file beside it that ends in .minisig)')
      .option('--key <key>', 'public key of whoever signs here, or its file: for the first policy')
  command(policy, 'show', 'what is in force, and why').action((options: Common) => withCore(options, policyShow))
  withFiles('check', 'everything that is wrong with a policy').action((file: string | undefined, options: Common & PolicyFiles) =>
    withCore(options, (core) => policyCheck(core, file, options)),
  )
  withFiles('load', 'put a signed policy in force').action((file: string | undefined, options: Common & PolicyFiles) =>
    withCore(options, (core) => policyLoad(core, file, options)),
  )
  command(policy, 'diff', 'what would change with another policy')
    .argument('[file]')
    .option('--from-bundle <bundle>', 'the one that a bundle brought')
    .action((file: string | undefined, options: Common & PolicyFiles) => withCore(options, (core) => policyDiff(core, file, options)))
  command(policy, 'sign', 'sign a policy; this needs no running Holdfast')
    .argument('<file>')
    .requiredOption('--key <file>', 'the private key, in a file that you alone can read')
    .option('--comment <text>', 'words that are signed with it')
    .action((file: string, { json = false, ...options }: Common & { readonly key: string; readonly comment?: string }) => {
      process.exitCode = print(policySign(file, options), json)
    })
  command(policy, 'keygen', 'make a key pair for signing policies')
    .argument('<name>', 'writes NAME.key and NAME.pub')
    .action((name: string, { json = false }: Common) => {
      process.exitCode = print(keygen(name), json)
    })

  const acts = program.command('acts').description('acts that want two persons')
  command(acts, 'list', 'what waits for a second person')
    .option('--all', 'what was decided, too')
    .action((options: Common & { readonly all?: true }) => withCore(options, (core) => actsList(core, options.all !== true)))
  command(acts, 'show', 'exactly what was asked')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => actsShow(core, id)))
  command(acts, 'confirm', 'let exactly this be done')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .option('--hash <hash>', 'hash of what was shown')
    .action((id: string, options: Common & { readonly yes?: true; readonly hash?: string }) =>
      withCore(options, (core) => actsConfirm(core, id, { isYes: options.yes === true, hash: options.hash, confirm: terminalConfirm() })),
    )
  command(acts, 'reject', 'refuse it, or take it back')
    .argument('<id>')
    .argument('<reason>')
    .action((id: string, reason: string, options: Common) => withCore(options, (core) => actsReject(core, id, reason)))
}
