import { Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { postJson } from '../channels/post-json.ts'
import { defineAction } from './action.ts'

export const webhook = defineAction({
  name: 'webhook',
  summary: 'posts the incident to a URL, which is expected to repair',
  params: Type.Object(
    {
      url: Type.String({ pattern: '^https?://', description: 'Answers with 2xx when it has taken the incident' }),
      tokenFile: Type.Optional(
        Type.String({ pattern: '^/', description: 'Path of a file whose content is sent as bearer token' }),
      ),
    },
    { additionalProperties: false },
  ),
  target: ({ url }, alert) => alert ?? { service: new URL(url).host },
  async perform({ url, tokenFile }, { message, signal }) {
    const maxBytes = fileLimits.written
    const token = tokenFile === undefined ? undefined : (await readUserFile(tokenFile, { maxBytes })).trim()
    const status = await postJson(url, message, { signal, ...defined({ token }) })
    return `${new URL(url).host} answered ${status}`
  },
})
