import { onSearchPath } from '../search-path.ts'
import { compareVersions } from '../version.ts'

/** The programs that fetch and unpack Debian packages, by absolute path. */
export interface DebianTools {
  aptGet: string
  aptCache: string
  dpkgDeb: string
  tar: string
}

/** The packages' programs are linked against this version of the C library. */
const MINIMUM_GLIBC = '2.34'

export interface Platform {
  platform: NodeJS.Platform
  /** Version of the GNU C library; `undefined` with another one, as on Alpine. */
  glibc: string | undefined
}

export function thisPlatform(): Platform {
  return { platform: process.platform, glibc: glibcVersion() }
}

/** The tools, or why Debian packages cannot be used here. */
export async function findDebianTools(
  env: NodeJS.ProcessEnv,
  { platform, glibc }: Platform = thisPlatform(),
): Promise<{ tools: DebianTools } | { reason: string }> {
  if (platform !== 'linux') return { reason: `only on Linux, this is ${platform}` }
  if (glibc === undefined) return { reason: 'only on systems with the GNU C library, this one has another' }
  if (compareVersions(glibc, MINIMUM_GLIBC) < 0)
    return { reason: `needs glibc ${MINIMUM_GLIBC} or newer, this is ${glibc}` }
  const names = ['apt-get', 'apt-cache', 'dpkg-deb', 'tar'] as const
  const [aptGet, aptCache, dpkgDeb, tar] = await Promise.all(
    names.map(async (name) => (await onSearchPath([name], env))[0]),
  )
  if (aptGet && aptCache && dpkgDeb && tar) return { tools: { aptGet, aptCache, dpkgDeb, tar } }
  return { reason: 'only on systems with apt-get, apt-cache, dpkg-deb and tar on PATH' }
}

let cachedGlibc: { version: string | undefined } | undefined

/** The C library's version as Node saw it, `undefined` where it is not glibc. */
export function glibcVersion(): string | undefined {
  if (cachedGlibc === undefined) {
    const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }
    const before = report.excludeNetwork
    // With the network included, a report looks up the name of every open connection's peer.
    report.excludeNetwork = true
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
    report.excludeNetwork = before ?? false
    cachedGlibc = { version: header?.glibcVersionRuntime }
  }
  return cachedGlibc.version
}
