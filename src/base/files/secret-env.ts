import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretErrors } from './files.ts'

/**
 * The environment with `{{secret:NAME}}` replaced by the content of the file NAME in FIREDRILL_SECRETS: containers get their
 * secrets as files that only they can read, and their settings as text that anybody may.
 * @throws FD_SECRET_MISSING
 */
export function withSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = env.FIREDRILL_SECRETS
  if (folder === undefined) return env
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value?.replaceAll(/\{\{secret:([a-z-]+)\}\}/g, (_, secret: string) => read(join(folder, secret), name)),
    ]),
  )
}

function read(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw secretErrors.error('FD_SECRET_MISSING', {
      message: 'a secret cannot be read',
      where: variable,
      expected: `the file ${path}, readable for user ${process.getuid?.() ?? 'of this process'}`,
      next: 'in Compose: docker compose up setup writes it',
      cause,
    })
  }
}
