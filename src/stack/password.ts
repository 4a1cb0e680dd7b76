import { createHash } from 'node:crypto'
import bcrypt from 'bcryptjs'
import type { ConfigFile, Context, Part, SecretName } from './part.ts'
import { renderYaml } from './render/yaml.ts'

/** Who a part with a password wants to hear from. There is one user, since there is one operator. */
export const USER = 'firedrill'

/** The least bcrypt knows, 2⁴ rounds: rounds are against guessing, and nobody guesses 256 random bits. */
const COST = '$2b$04$'
const SALT_BYTES = 16

/** Value of the header Authorization. */
export function basicAuthorization(password: string, user = USER): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** What each part with a password wants to hear, by its name. */
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

/** The argument that has a component of Prometheus' family ask for its password at every path. */
export function askForPassword(part: string, context: Context): string {
  return `--web.config.file=${context.file(webConfigFile(part))}`
}

/** The web configuration of every part with a password. It holds a hash of it, and so does not give it away. */
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

/** A salt keeps tables of common passwords from fitting. This one is in no table, so that its own digest will do. */
function saltOf(password: string): string {
  return bcrypt.encodeBase64(createHash('sha256').update(password).digest().subarray(0, SALT_BYTES), SALT_BYTES)
}
