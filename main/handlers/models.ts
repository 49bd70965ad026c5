/** Models: brought in, checked, admitted, activated. The registry records the events with its rows. */
import { rm } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Handlers } from '../dispatch.ts'
import { fail, ok } from '../domain/result.ts'
import { isOwnFile } from '../memory/expand-sources.ts'
import type { Services } from './services.ts'
import { uploadPath } from './uploads.ts'

const notAbsolute = fail('model.bad_path', 'A path must be absolute.', 'Give the whole path.')
const own = fail(
  'model.own_data',
  'This lies in the data folder of Holdfast itself.',
  'Choose the model file where it was brought to, outside the data folder.',
)
const incomplete = fail('upload.incomplete', 'The file has not been sent completely.', 'Send the rest of it first.')

type Names = 'models.list' | 'models.import' | 'models.verify' | 'models.activate'

export const modelHandlers = (services: Services, onChanged: () => void): Pick<Handlers, Names> => {
  const { models, uploads } = services
  return {
    'models.list': async () => ok({ items: [...(await models.list())] }),
    'models.import': async ({ source }, caller) => {
      if ('path' in source) {
        if (!isAbsolute(source.path)) return notAbsolute
        if (isOwnFile(services.paths.data, source.path)) return own
        const imported = await models.importModel(source.path, caller.account)
        if (imported.ok) onChanged()
        return imported
      }
      const upload = uploads.get(source.uploadId)
      if (upload === null || upload.received !== upload.size) return incomplete
      const path = uploadPath(services, upload.id)
      const imported = await models.importModel(path, caller.account, { fileName: upload.name })
      await rm(path, { force: true })
      uploads.remove(upload.id)
      if (imported.ok) onChanged()
      return imported
    },
    'models.verify': async () => ok({ items: [...(await models.verify())] }),
    'models.activate': async ({ modelId }) => {
      const activated = await models.activate(modelId)
      if (activated.ok) onChanged()
      return activated
    },
  }
}
