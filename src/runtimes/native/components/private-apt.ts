import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../base/errors.ts'
import type { LookupContext } from './component.ts'
import type { DebianTools } from './debian-support.ts'
import { componentErrors } from './errors.ts'
import { runCommand, shorten } from './run-command.ts'

/** A package as the package index announces it. */
export interface AnnouncedPackage {
  package: string
  /** With epoch, as dpkg writes it: "5:7.0.15-1". */
  version: string
  /** Name of the downloaded file. */
  file: string
  /** Lower-case hexadecimal. */
  sha256: string
  bytes: number
}

const UPDATE_TIMEOUT_MS = 2 * 60_000
const DOWNLOAD_TIMEOUT_MS = 30 * 60_000

/**
 * apt with lists and caches of its own: it needs no root, changes nothing on the system, and works where the system's
 * lists are empty, stale or unreadable. Sources, keys and proxy settings are the system's.
 */
export class PrivateApt {
  readonly #config: string
  readonly #tools: DebianTools
  readonly #context: LookupContext
  /** What the update said although some lists arrived: an unreachable third-party source must not matter. */
  readonly #complaint: string

  private constructor(config: string, tools: DebianTools, context: LookupContext, complaint: string) {
    this.#config = config
    this.#tools = tools
    this.#context = context
    this.#complaint = complaint
  }

  /**
   * Fetches the package lists into `folder`.
   * @throws FD_COMPONENT_FETCH with apt's words when not a single list arrives
   */
  static async open(folder: string, tools: DebianTools, context: LookupContext): Promise<PrivateApt> {
    await mkdir(join(folder, 'lists/partial'), { recursive: true })
    await mkdir(join(folder, 'cache/archives/partial'), { recursive: true })
    const config = join(folder, 'apt.conf')
    await writeFile(config, configuration(folder))
    let said: string
    try {
      said = (await runCommand(tools.aptGet, ['-c', config, '-qq', 'update'], options(context, UPDATE_TIMEOUT_MS)))
        .stderr
    } catch (error) {
      context.signal?.throwIfAborted()
      said = messageOf(error)
    }
    // Without a network apt-get only warns and ends with 0; what counts is what arrived.
    const lists = (await readdir(join(folder, 'lists'))).filter((name) => name.includes('_Packages'))
    const complaint = shorten(said)
    if (lists.length === 0) {
      throw componentErrors.error('FD_COMPONENT_FETCH', {
        message: `no package list could be fetched${complaint === '' ? ' (no package source is configured?)' : `: ${complaint}`}${networkHint(said)}`,
      })
    }
    return new PrivateApt(config, tools, context, complaint)
  }

  /** `packages` and those of their dependencies, and theirs in turn, whose name matches `follow`. */
  async withDependencies(packages: readonly string[], follow: RegExp | undefined): Promise<string[]> {
    if (follow === undefined) return [...packages]
    const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`)
    const { stdout } = await this.#run(this.#tools.aptCache, ['depends', '--recurse', ...only, ...packages])
    return followDependencies(stdout, packages, follow)
  }

  /** Downloads packages into `folder` and returns what the (signed) index says of them; nothing is verified yet. */
  async download(packages: readonly string[], folder: string): Promise<AnnouncedPackage[]> {
    const { stdout } = await this.#run(this.#tools.aptGet, ['-qq', 'download', '--print-uris', ...packages], folder)
    const announced = parseUris(stdout)
    if (announced.length !== packages.length) {
      throw componentErrors.error('FD_COMPONENT_FETCH', {
        message: 'the package index does not tell the SHA256 of every package',
        expected: packages.join(', '),
        given: announced.map((one) => one.package).join(', '),
      })
    }
    await this.#run(this.#tools.aptGet, ['-qq', 'download', ...packages], folder)
    return announced
  }

  async #run(program: string, args: string[], cwd?: string) {
    try {
      const bounds = options(this.#context, DOWNLOAD_TIMEOUT_MS)
      return await runCommand(program, ['-c', this.#config, ...args], cwd === undefined ? bounds : { ...bounds, cwd })
    } catch (error) {
      this.#context.signal?.throwIfAborted()
      const said = messageOf(error)
      const earlier = this.#complaint === '' ? '' : ` (apt-get update said: ${this.#complaint})`
      throw componentErrors.error('FD_COMPONENT_FETCH', {
        message: `${said}${earlier}${networkHint(`${said} ${this.#complaint}`)}`,
        cause: error,
      })
    }
  }
}

/** Reads the output of `apt-get download --print-uris`; packages without a SHA256 are left out. */
export function parseUris(text: string): AnnouncedPackage[] {
  const line =
    /^'[^']*' (?<file>(?<name>[^_\s]+)_(?<version>[^_\s]+)_\S+\.deb) (?<bytes>\d+) SHA256:(?<sha256>[0-9a-f]{64})$/gm
  return [...text.matchAll(line)].map(({ groups = {} }) => ({
    package: groups.name ?? '',
    version: decodeURIComponent(groups.version ?? ''),
    file: groups.file ?? '',
    sha256: groups.sha256 ?? '',
    bytes: Number(groups.bytes),
  }))
}

/** Walks the output of `apt-cache depends --recurse` from `packages` along names that match `follow`. */
export function followDependencies(text: string, packages: readonly string[], follow: RegExp): string[] {
  const graph = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const dependency = /^ {1,2}\|?(?:Pre)?Depends: ([^<\s]+)$/.exec(line)?.[1]
    if (dependency !== undefined) current.push(dependency)
    else if (/^\S/.test(line)) {
      current = []
      graph.set(line.trim(), current)
    }
  }
  const wanted = new Set(packages)
  for (const name of wanted) {
    for (const dependency of graph.get(name) ?? []) if (follow.test(dependency)) wanted.add(dependency)
  }
  return [...wanted]
}

/** "no network?" where apt's words look like it. */
export function networkHint(said: string): string {
  const signs =
    /resolv|could not connect|unable to connect|connection (failed|refused|timed out)|unreachable|timed? ?out|release file/i
  return signs.test(said) ? ' — no network?' : ''
}

function options({ env, signal }: LookupContext, timeoutMs: number) {
  return { env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }, signal, timeoutMs }
}

function configuration(folder: string): string {
  return `Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "${folder}/cache/archives";
Acquire::Languages "none";
Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
// Without a network this shall fail in seconds, not minutes.
Acquire::Retries "1";
Acquire::Retries::Delay "false";
Acquire::http::Timeout "6";
Acquire::https::Timeout "6";
// No change of user: the private folders belong to whoever runs this.
APT::Sandbox::User "";
// The system's hooks belong to the system's lists.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`
}
