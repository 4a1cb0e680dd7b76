import type { SecretName } from '../../stack/part.ts'

interface SecretAsFile {
  readonly of: SecretName
  readonly replaces?: string
  readonly env?: string
}

/** How a component is run from the image that its makers publish. */
export interface ComponentImage {
  /** Pinned by version: what these files are written for. */
  readonly image: string
  /** The user of the image, who must be able to read its secrets and write its volumes. */
  readonly uid: number
  /** The image begins as root and changes to that user by itself. */
  readonly startsAsRoot?: true
  /** It writes in its own file system. */
  readonly writable?: true
  /** What goes before the arguments, where the image's own entry point is not the program. */
  readonly command?: readonly string[]
  /** Where the image keeps its data, for one whose part asks for no volume. */
  readonly volume?: { readonly name: string; readonly path: string }
  /** Environment that the image needs besides the part's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Secrets reach the images as files: which variable names the file, instead of the variable that holds the secret. */
  readonly secretAsFile?: SecretAsFile
  /** A check with what the image holds; none for images that hold nothing but the program. */
  readonly health?: readonly string[]
}

const NOBODY = 65_534
const wget = (port: number, path: string) => ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}${path}`]
/** Its password would be seen in the arguments: that it asks for one is answer enough. Control looks with the password. */
const asksForPassword = (port: number) => [
  'CMD-SHELL',
  `wget -O /dev/null http://127.0.0.1:${port}/ 2>&1 | grep -q " 401 "`,
]

/** Versions of 2025, whose configuration Debian's older ones (Prometheus 2.42, Alertmanager 0.25) read as well. */
export const images: Readonly<Record<string, ComponentImage>> = {
  prometheus: { image: 'prom/prometheus:v3.5.0', uid: NOBODY, health: asksForPassword(9090) },
  alertmanager: { image: 'prom/alertmanager:v0.28.1', uid: NOBODY, health: asksForPassword(9093) },
  'node-exporter': { image: 'prom/node-exporter:v1.9.1', uid: NOBODY, health: asksForPassword(9100) },
  'blackbox-exporter': { image: 'prom/blackbox-exporter:v0.27.0', uid: NOBODY, health: asksForPassword(9115) },
  'postgres-exporter': {
    image: 'prometheuscommunity/postgres-exporter:v0.17.1',
    uid: NOBODY,
    secretAsFile: { of: 'postgres', replaces: 'DATA_SOURCE_PASS', env: 'DATA_SOURCE_PASS_FILE' },
    health: asksForPassword(9187),
  },
  'redis-exporter': {
    image: 'oliver006/redis_exporter:v1.74.0',
    uid: 59_000,
  },
  redis: {
    image: 'redis:7.4-bookworm',
    uid: 999,
    command: ['redis-server'],
    // Its password is in redis.conf, which only it can read: any answer will do.
    health: ['CMD-SHELL', 'redis-cli ping | grep -Eq "PONG|NOAUTH"'],
  },
  postgres: {
    image: 'postgres:17-bookworm',
    uid: 999,
    startsAsRoot: true,
    writable: true,
    command: ['postgres'],
    volume: { name: 'postgres', path: '/var/lib/postgresql/data' },
    env: { POSTGRES_USER: 'firedrill', POSTGRES_DB: 'firedrill' },
    secretAsFile: { of: 'postgres', env: 'POSTGRES_PASSWORD_FILE' },
    health: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-U', 'firedrill'],
  },
  grafana: {
    image: 'grafana/grafana:12.1.1',
    uid: 472,
    writable: true,
    health: wget(3000, '/api/health'),
  },
}
