import type { SecretName } from '../../../stack/part.ts'

/** The images of the components, and how each is run. */

interface SecretAsFile {
  readonly of: SecretName
  readonly replaces?: string
  readonly env?: string
}

/** How a component is run from the image that its makers publish. */
export interface ComponentImage {
  /** Version, for which these files are written, and digest of the image index, which is what runs. */
  readonly image: string
  /** The user of the image, who must be able to read its secrets and write its volumes. */
  readonly uid: number
  /** It writes to its own file system, at places that are not all known. */
  readonly writable?: true
  /** Folders of its file system that it writes to, and that may be empty. */
  readonly tmpfs?: readonly string[]
  /** Comes before the arguments, where the image's own entry point is not the program. */
  readonly command?: readonly string[]
  /** Where the image keeps its data, if its part asks for no volume. */
  readonly volume?: {
    readonly name: string
    readonly path: string
    /** Names a folder inside of it, where the volume is a file system of its own, whose root is not empty. */
    readonly folderVariable?: string
  }
  /** Environment that the image needs besides the part's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Secrets reach the images as files: which variable names the file, instead of the variable that holds the secret. */
  readonly secretAsFile?: SecretAsFile
  /** A health check with programs of the image; none for images that contain only the program. */
  readonly health?: readonly string[]
}

const NOBODY = 65_534
const wget = (port: number, path: string) => ['CMD', 'wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${port}${path}`]
/** A password would be visible in the arguments: that it asks for one is enough here. Control checks with the password. */
const asksForPassword = (port: number) => [
  'CMD-SHELL',
  `wget -O /dev/null http://127.0.0.1:${port}/ 2>&1 | grep -q " 401 "`,
]

/** Versions of 2025, whose configuration Debian's older ones (Prometheus 2.42, Alertmanager 0.25) read as well. */
export const images: Readonly<Record<string, ComponentImage>> = {
  prometheus: {
    image: 'prom/prometheus:v3.5.0@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996',
    uid: NOBODY,
    health: asksForPassword(9090),
  },
  alertmanager: {
    image: 'prom/alertmanager:v0.28.1@sha256:27c475db5fb156cab31d5c18a4251ac7ed567746a2483ff264516437a39b15ba',
    uid: NOBODY,
    health: asksForPassword(9093),
  },
  'node-exporter': {
    image: 'prom/node-exporter:v1.9.1@sha256:d00a542e409ee618a4edc67da14dd48c5da66726bbd5537ab2af9c1dfc442c8a',
    uid: NOBODY,
    health: asksForPassword(9100),
  },
  'blackbox-exporter': {
    image: 'prom/blackbox-exporter:v0.27.0@sha256:a50c4c0eda297baa1678cd4dc4712a67fdea713b832d43ce7fcc5f9bea05094d',
    uid: NOBODY,
    health: asksForPassword(9115),
  },
  'postgres-exporter': {
    image:
      'quay.io/prometheuscommunity/postgres-exporter:v0.17.1@sha256:38606faa38c54787525fb0ff2fd6b41b4cfb75d455c1df294927c5f611699b17',
    uid: NOBODY,
    secretAsFile: { of: 'postgres', replaces: 'DATA_SOURCE_PASS', env: 'DATA_SOURCE_PASS_FILE' },
    health: asksForPassword(9187),
  },
  'redis-exporter': {
    image:
      'quay.io/oliver006/redis_exporter:v1.74.0@sha256:88862b6fc5004ead3495c16d5ba548b14e898fe6d22e7c5b93bf3df83823a9a5',
    uid: 59_000,
  },
  redis: {
    image: 'redis:7.4.11-bookworm@sha256:c6eabf748fc7a61dbb5a705c78bcf3d6377b1127a97d0ce965c11c44ba46896f',
    uid: 999,
    command: ['redis-server'],
    // Its password is in redis.conf, which only it can read: any answer will do.
    health: ['CMD-SHELL', 'redis-cli ping | grep -Eq "PONG|NOAUTH"'],
  },
  postgres: {
    image: 'postgres:17.10-bookworm@sha256:4f736ae292687621d4dbe0d499ffd024a36bd2ee7d8ca6f2ccd4c800f047b394',
    uid: 999,
    // Its entry point takes any user; as root it would want capabilities, only to become this one.
    tmpfs: ['/tmp', '/var/run/postgresql'],
    command: ['postgres'],
    volume: { name: 'postgres', path: '/var/lib/postgresql/data', folderVariable: 'PGDATA' },
    env: { POSTGRES_USER: 'firedrill', POSTGRES_DB: 'firedrill' },
    secretAsFile: { of: 'postgres', env: 'POSTGRES_PASSWORD_FILE' },
    health: ['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-U', 'firedrill'],
  },
  grafana: {
    image: 'grafana/grafana:12.1.1@sha256:a1701c2180249361737a99a01bc770db39381640e4d631825d38ff4535efa47d',
    uid: 472,
    writable: true,
    health: wget(3000, '/api/health'),
  },
}

/** What deploy/Dockerfile builds on, by the names of its arguments. */
export const baseImages = {
  NODE_IMAGE: 'node:20.20.2-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0',
  BASE_IMAGE: 'debian:bookworm-slim@sha256:96e378d7e6531ac9a15ad505478fcc2e69f371b10f5cdf87857c4b8188404716',
} as const

/** A component that runs from an image: its version as the tag of the image has it, "3.5.0" of "prom/prometheus:v3.5.0@sha256:…". */
export function componentOf(image: string): { version: string; source: string } {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1] ?? ''
  return { version: /^v?(\d[\d.]*\d)/.exec(tag)?.[1] ?? (tag === '' ? 'without a tag' : tag), source: `image ${image}` }
}

/** The setting of compose.yaml that replaces an image by another one, for example from a private registry. */
export function imageSetting(name: string): string {
  return `FIREDRILL_IMAGE_${name.toUpperCase().replaceAll('-', '_')}`
}
