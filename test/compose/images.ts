import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { baseImages, imageSetting, images } from '../../src/runtimes/compose/project/images.ts'
import { run } from './docker.ts'

/**
 * Stand-ins, under names of their own, for images that cannot be pulled here: Debian's own packages on a base from debootstrap.
 * They show that the wiring is right, not that the makers' images are.
 */
export const NODE_IMAGE = 'firedrill-test/node'
export const BASE = 'firedrill-test/debian'
const PACKED = 'firedrill-test/packages'
const standInFor = (component: string) => `firedrill-test/${component}`
const MIRROR = 'http://deb.debian.org/debian'

const PACKAGES = [
  'prometheus',
  'prometheus-alertmanager',
  'prometheus-node-exporter',
  'prometheus-blackbox-exporter',
  'prometheus-postgres-exporter',
  'prometheus-redis-exporter',
  'redis-server',
  'postgresql-15',
  'wget',
]

/** What each image starts, as its maker's does. Grafana is in no Debian package. */
const ENTRIES: Record<string, string[]> = {
  prometheus: ['/usr/bin/prometheus'],
  alertmanager: ['/usr/bin/prometheus-alertmanager'],
  'node-exporter': ['/usr/bin/prometheus-node-exporter'],
  'blackbox-exporter': ['/usr/bin/prometheus-blackbox-exporter'],
  'postgres-exporter': ['/usr/bin/prometheus-postgres-exporter'],
  'redis-exporter': ['/usr/bin/prometheus-redis-exporter'],
  redis: [],
  postgres: ['/usr/local/bin/postgres-entrypoint.sh'],
}

const isThere = (image: string) => spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0

/** What makes compose.yaml take stand-ins for the images that are not there. */
export function standIns(): Record<string, string> {
  const real = { node: baseImages.NODE_IMAGE, base: baseImages.BASE_IMAGE }
  const base = { node: NODE_IMAGE, base: BASE }
  return Object.fromEntries([
    ...(['node', 'base'] as const).flatMap((name) => (isThere(real[name]) ? [] : [[imageSetting(name), base[name]]])),
    ...Object.keys(ENTRIES).flatMap((name) =>
      isThere(images[name]?.image ?? '') ? [] : [[imageSetting(name), standInFor(name)]],
    ),
  ])
}

/** Once; they stay for the next run. */
export function buildImages(say: (text: string) => void): void {
  const unlessThere = (image: string, build: () => void) => {
    if (isThere(image)) return
    say(`building ${image}, which stands in for an image of its maker`)
    build()
  }
  unlessThere(BASE, importDebian)
  unlessThere(NODE_IMAGE, buildNode)
  unlessThere(PACKED, () =>
    build(PACKED, [
      `FROM ${BASE}`,
      `RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')} && rm -rf /var/lib/apt/lists/*`,
      // As in the maker's images.
      'RUN usermod -u 999 redis || true; groupmod -n postgres postgres',
      'ENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ]),
  )
  for (const [component, entry] of Object.entries(ENTRIES)) {
    unlessThere(standInFor(component), () =>
      build(standInFor(component), [
        `FROM ${PACKED}`,
        'COPY postgres-entrypoint.sh /usr/local/bin/postgres-entrypoint.sh',
        `ENTRYPOINT ${JSON.stringify(entry)}`,
        'CMD []',
      ]),
    )
  }
}

function importDebian(): void {
  const folder = mkdtempSync(join(tmpdir(), 'fd-debian-'))
  try {
    run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', folder, MIRROR])
    run('sh', [
      '-c',
      'rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/doc "$1"/usr/share/locale && tar -C "$1" -c . | docker import - "$2"',
      'sh',
      folder,
      BASE,
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** This machine's Node and npm. */
function buildNode(): void {
  build(
    NODE_IMAGE,
    [
      `FROM ${BASE}`,
      'COPY node /usr/local/bin/node',
      'COPY npm /usr/local/lib/node_modules/npm',
      'COPY certificates.crt /etc/ssl/certs/ca-certificates.crt',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
      'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
    ],
    (folder) => {
      copyFileSync(process.execPath, join(folder, 'node'))
      cpSync(npmFolder(), join(folder, 'npm'), { recursive: true, dereference: true })
      copyFileSync('/etc/ssl/certs/ca-certificates.crt', join(folder, 'certificates.crt'))
    },
  )
}

function npmFolder(): string {
  const cli = process.env.npm_execpath
  const found = cli?.endsWith('npm-cli.js') ? cli : realpathSync(run('which', ['npm']).trim())
  return dirname(dirname(found))
}

function build(image: string, dockerfile: readonly string[], fill: (folder: string) => void = () => undefined): void {
  const folder = mkdtempSync(join(tmpdir(), 'fd-image-'))
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'Dockerfile'), `${dockerfile.join('\n')}\n`)
    const entrypoint = fileURLToPath(new URL('./postgres-entrypoint.sh', import.meta.url))
    if (existsSync(entrypoint)) copyFileSync(entrypoint, join(folder, 'postgres-entrypoint.sh'))
    fill(folder)
    run('docker', ['build', '-t', image, folder])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
