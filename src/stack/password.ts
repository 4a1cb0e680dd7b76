import { createHash } from 'node:crypto'
import bcrypt from 'bcryptjs'
import type { ConfigFile, Context, Part, SecretName } from './part.ts'
import { renderYaml } from './render/yaml.ts'

/** The user of every part with a password: one, since there is one operator. */
export const USER = 'firedrill'

/** The lowest cost of bcrypt, 2⁴ rounds: rounds make guessing slow, and 256 random bits cannot be guessed anyway. */
const COST = '$2b$04$'
const SALT_BYTES = 16

/** Value of the header Authorization. */
export function basicAuthorization(password: string, user = USER): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The header Authorization for each part with a password, by its name. */
export function authorizationsOf(
  parts: readonly Part[],
  secrets: Readonly<Record<SecretName, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    parts.flatMap(({ name, password }) =>
      password === undefined ? [] : [[name, basicAuthorization(secrets[password])] as const],
    ),
  )
}

/** The argument with which a component of Prometheus' family asks for its password at every path. */
export function askForPassword(part: string, context: Context): string {
  return `--web.config.file=${context.file(webConfigFile(part))}`
}

/** The web configuration of every part with a password. It holds only a hash, which does not reveal the password. */
export function passwordFiles(parts: readonly Part[]): ConfigFile[] {
  return parts.flatMap(({ name, password }) =>
    password === undefined
      ? []
      : [
          {
            name: webConfigFile(name),
            part: name,
            secret: true as const,
            render: (context: Context) => renderWebConfig(context.secret(password)),
          },
        ],
  )
}

function webConfigFile(part: string): string {
  return `web/${part}.yml`
}

/** https://prometheus.io/docs/prometheus/latest/configuration/https/ – the same file for all of the family. */
function renderWebConfig(password: string): string {
  return renderYaml({ basic_auth_users: { [USER]: bcrypt.hashSync(password, COST + saltOf(password)) } })
}

/** A salt protects against tables of common passwords. This password is in no table, so its own digest is a good enough salt. */
function saltOf(password: string): string {
  return bcrypt.encodeBase64(createHash('sha256').update(password).digest().subarray(0, SALT_BYTES), SALT_BYTES)
}
