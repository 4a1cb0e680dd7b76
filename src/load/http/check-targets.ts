import { messageOf } from '../../base/errors.ts'
import { loadErrors } from '../errors.ts'
import { Addresses, RemoteError } from './addresses.ts'
import type { NetworkOptions } from './network.ts'
import { originOf } from './origin.ts'

/** Refuses targets that cannot or may not be loaded, before the first request. @throws FD_LOAD_REMOTE, FD_LOAD_TARGET */
export async function checkTargets(origins: readonly string[], network: NetworkOptions): Promise<void> {
  const addresses = new Addresses(network)
  for (const target of origins) {
    try {
      await addresses.resolve(originOf(new URL(target)).host)
    } catch (error) {
      if (error instanceof RemoteError) {
        throw loadErrors.error('FD_LOAD_REMOTE', {
          message: error.message,
          where: target,
          expected: 'a target on this machine',
          next: '--allow-remote, if the target is yours to load and its owners know',
        })
      }
      throw loadErrors.error('FD_LOAD_TARGET', {
        message: `the target's host name cannot be resolved: ${messageOf(error)}`,
        where: target,
        cause: error,
      })
    }
  }
}
