import { randomBytes } from 'node:crypto'
import { readOrCreateSecret, readSecret } from '../../base/files/files.ts'
import { loadErrors } from '../errors.ts'

/**
 * The token that workers and coordinator share: of an environment variable; without it, that of a file that only this user can read,
 * which serves workers on this machine. `create`: makes that file where there is none.
 * @throws FD_LOAD_WORKER_TOKEN, FD_FILE_NOT_OURS, FD_SECRET_WEAK
 */
export async function workerToken({ variable, env, file, create }: TokenPlace): Promise<WorkerToken> {
  const given = env[variable]
  if (given !== undefined && given !== '') {
    if (given.length >= LEAST_LENGTH && /^[\w.~+/=-]+$/.test(given))
      return { token: given, from: `the variable ${variable}` }
    throw loadErrors.error('FD_LOAD_WORKER_TOKEN', {
      message: 'this is no secret that nobody can guess',
      where: variable,
      expected: `at least ${LEAST_LENGTH} letters and digits`,
      given: `${given.length} characters`,
      next: `export ${variable}=$(openssl rand -hex 24), and the same for each worker`,
    })
  }
  const token = create ? await readOrCreateSecret(file) : readSecret(file)
  if (token !== undefined) return { token, from: file }
  throw loadErrors.error('FD_LOAD_WORKER_TOKEN', {
    message: 'the token of the workers is not there',
    where: variable,
    expected: `the token of the workers in this variable, or in ${file}, where a worker with this state folder puts it`,
    given: 'neither',
    next: `export ${variable}=…, the same as for each worker`,
  })
}

export interface TokenPlace {
  variable: string
  env: NodeJS.ProcessEnv
  file: string
  create: boolean
}

export interface WorkerToken {
  token: string
  /** For people. */
  from: string
}

/** A token for the workers of one run. */
export function newWorkerToken(): string {
  return randomBytes(32).toString('base64url')
}

const LEAST_LENGTH = 16
