/** Says how agents and their prompts are typed: `agents …` and `prompts …`. */
import type { Command } from 'commander'
import type { Label } from '../domain/label.ts'
import { agentsCheck, agentsInstall, agentsList, agentsNew, agentsPack, agentsShow } from './agents.ts'
import { agentsTry } from './agents-try.ts'
import { taskLabelOption } from './options.ts'
import { print } from './output.ts'
import { type PublishOptions, promptsDiff, promptsLabel, promptsList, promptsPublish, promptsShow, toWhich } from './prompts.ts'
import type { CommandParts, Common } from './run-commands.ts'

interface Out extends Common {
  readonly out?: string
}

export function addAgentCommands(program: Command, { command, withCore }: CommandParts): void {
  const agents = program.command('agents').description('agents of the product and of this site')
  command(agents, 'list', 'agents that are offered, and files that are not')
    .option('--reload', 'read the files of the site again')
    .action((options: Common & { reload?: true }) => withCore(options, (core) => agentsList(core, options.reload === true)))
  command(agents, 'show', 'what an agent is for, may use and is led by, and its runbook')
    .argument('<agent>')
    .action((agent: string, options: Common) => withCore(options, (core) => agentsShow(core, agent)))
  command(agents, 'check', 'everything that speaks against a file as an agent')
    .argument('<file>')
    .action((file: string, options: Common) => withCore(options, (core) => agentsCheck(core, file)))
  command(agents, 'try', 'what a file would have made of a recorded run, step by step; nothing is asked or done')
    .argument('<file>')
    .requiredOption('--on <run>', 'a run that has ended')
    .action((file: string, options: Common & { on: string }) => withCore(options, (core) => agentsTry(core, file, options.on)))
  command(agents, 'new', 'write a file to begin an agent with')
    .argument('<name>')
    .option('--out <file>', 'where to (default: NAME.yaml in this folder)')
    .action(async (name: string, { out, json = false }: Out) => {
      process.exitCode = print(await agentsNew(name, out), json)
    })
  command(agents, 'pack', 'make one file of a folder with agents, prompts and pack.json')
    .argument('<folder>')
    .option('--out <file>', 'where to (default: FOLDER.tar.zst in this folder)')
    .action((folder: string, { out, json = false }: Out) => {
      process.exitCode = print(agentsPack(folder, out), json)
    })
  command(agents, 'install', 'install a pack of agents, once all of it was checked')
    .argument('<file>')
    .addOption(taskLabelOption())
    .action((file: string, options: Common & { label?: Label }) => withCore(options, (core) => agentsInstall(core, file, options.label)))

  const prompts = program.command('prompts').description('words that lead agents')
  command(prompts, 'list', 'prompts by agent, with what is in use')
    .option('--agent <agent>', 'of this agent only')
    .action((options: Common & { agent?: string }) => withCore(options, (core) => promptsList(core, options.agent)))
  command(prompts, 'show', 'one version of a prompt')
    .argument('<agent>')
    .argument('<prompt>')
    .argument('[version]', 'a number or a label', toWhich, 'current')
    .action((agent: string, prompt: string, version: string | number, options: Common) =>
      withCore(options, (core) => promptsShow(core, agent, prompt, version)),
    )
  command(prompts, 'diff', 'what changed between two versions')
    .argument('<agent>')
    .argument('<prompt>')
    .argument('<from>', 'a number or a label', toWhich)
    .argument('<to>', 'a number or a label', toWhich)
    .action((agent: string, prompt: string, from: string | number, to: string | number, options: Common) =>
      withCore(options, (core) => promptsDiff(core, { agent, prompt, from, to })),
    )
  command(prompts, 'publish', 'add a version; the first one of a prompt comes into use')
    .argument('<agent>')
    .argument('<prompt>')
    .argument('<file>', 'its text; - reads standard input')
    .option('--as <name>', 'what points at it', 'candidate')
    .addOption(taskLabelOption())
    .action((agent: string, prompt: string, file: string, options: Common & PublishOptions) =>
      withCore(options, (core) => promptsPublish(core, { agent, prompt, file }, options)),
    )
  command(prompts, 'label', 'point a name at another version; "current" leads new runs')
    .argument('<agent>')
    .argument('<prompt>')
    .argument('<version>', 'a number or a label', toWhich)
    .argument('<name>', 'such as current')
    .action((agent: string, prompt: string, version: string | number, as: string, options: Common) =>
      withCore(options, (core) => promptsLabel(core, { agent, prompt, version, as })),
    )
}
