/** Says how what is held is typed: `documents …`, `collections …` and `authority …`. */
import type { Command } from 'commander'
import type { Label } from '../domain/label.ts'
import type { Authority } from '../domain/working-paper.ts'
import { authoritySet, authorityShow } from './authority.ts'
import { collectionsList, collectionsRelabel } from './collections.ts'
import { documentsList, documentsRelabel, documentsRemove, documentsShow } from './documents.ts'
import { collection, toLabel } from './options.ts'
import type { CommandParts, Common } from './run-commands.ts'

interface Relabel extends Common {
  readonly label: Label
  readonly reason?: string
}

export function addHoldingCommands(program: Command, { command, withCore }: CommandParts): void {
  const documents = program.command('documents').description('what is held')
  command(documents, 'list', 'documents, newest first')
    .addOption(collection())
    .action((options: Common & { collection?: string }) => withCore(options, (core) => documentsList(core, options.collection)))
  command(documents, 'show', 'one document')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => documentsShow(core, id)))
  command(documents, 'relabel', 'give a document another label; lowering wants a security officer and a reason')
    .argument('<id>')
    .requiredOption('--label <marking>', 'the new label as a marking, such as SECRET//NOFORN, or a level', toLabel)
    .option('--reason <text>', 'why, for the record')
    .action((id: string, options: Common & { label: Label; reason?: string }) =>
      withCore(options, (core) => documentsRelabel(core, id, options)),
    )
  command(documents, 'remove', 'remove a document with its passages and vectors')
    .argument('<id>')
    .action((id: string, options: Common) => withCore(options, (core) => documentsRemove(core, id)))

  const collections = program.command('collections').description('what documents are gathered in')
  command(collections, 'list', 'collections, with the least label of their documents').action((options: Common) =>
    withCore(options, collectionsList),
  )
  command(collections, 'relabel', 'change the least label of a collection; lowering wants a security officer and a reason')
    .argument('<name>')
    .requiredOption('--label <marking>', 'the new floor as a marking, or a level', toLabel)
    .option('--reason <text>', 'why, for the record')
    .action((name: string, options: Relabel) => withCore(options, (core) => collectionsRelabel(core, name, options)))

  const authority = program.command('authority').description('who answers for classified papers where an export names nobody')
  command(authority, 'show', 'as it is now').action((options: Common) => withCore(options, authorityShow))
  command(authority, 'set', 'change what is given; the rest stays')
    .option('--classified-by <text>', 'who classified it')
    .option('--derived-from <text>', 'from which sources or guide')
    .option('--declassify-on <text>', 'when it ends')
    .action(({ classifiedBy, derivedFrom, declassifyOn, ...options }: Common & Partial<Authority>) =>
      withCore(options, (core) =>
        authoritySet(core, {
          ...(classifiedBy === undefined ? {} : { classifiedBy }),
          ...(derivedFrom === undefined ? {} : { derivedFrom }),
          ...(declassifyOn === undefined ? {} : { declassifyOn }),
        }),
      ),
    )
}
