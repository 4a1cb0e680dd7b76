import { foreignErrors } from '../errors.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'

/** Where the fault proxy of a system answers, and with which token. @throws FD_FOREIGN_INVALID when the token is not there */
export function proxyAccess(
  { file, links, proxy: { url, tokenFrom } }: Pick<ForeignSystem, 'file' | 'links' | 'proxy'>,
  env: NodeJS.ProcessEnv,
): { origin: string; token: string } {
  const origin = url.replace(/\/+$/, '')
  // Nothing is asked of the proxy then.
  if (tokenFrom === undefined || links.length === 0) return { origin, token: '' }
  const token = env[tokenFrom]
  if (token !== undefined && token !== '') return { origin, token }
  throw foreignErrors.error('FD_FOREIGN_INVALID', {
    message: 'the token of the fault proxy is not there',
    where: `${file}: proxy.tokenFrom`,
    expected: `the token in the environment variable ${tokenFrom}`,
    given: token === undefined ? 'it is not set' : 'it is empty',
  })
}
