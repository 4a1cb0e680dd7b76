import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../../../base/errors.ts'
import { makePrivateFolder, type PrivateFolder } from '../../../../base/files/private-folder.ts'
import type { LookupContext } from '../component.ts'
import { componentErrors } from '../errors.ts'
import { type Account, giveTo, lookUpAccount } from '../postgres/postgres-account.ts'
import { runCommand, shorten } from '../run-command.ts'
import type { DebianTools } from './debian-support.ts'

/** apt for one fetch, apart from the system's. */

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

const CONFIG = 'apt.conf'
/** The user of apt that downloads when root runs it. */
const SANDBOX_USER = '_apt'
const UPDATE_TIMEOUT_MS = 2 * 60_000
const DOWNLOAD_TIMEOUT_MS = 30 * 60_000

/** How long apt waits on a poor network. Between its attempts it waits by itself: a second, then two, and so on. */
interface Patience {
  retries: number
  /** Until a connection stands, and until its next bytes arrive. */
  timeoutSeconds: number
}
/** Without a network, a start is to fail soon. */
const FOR_LISTS: Patience = { retries: 2, timeoutSeconds: 6 }
/** There is a network, since the lists have arrived. */
const FOR_PACKAGES: Patience = { retries: 5, timeoutSeconds: 30 }

interface AptSetup {
  own: PrivateFolder
  account: Account | undefined
  tools: DebianTools
  context: LookupContext
  complaint: string
}

/**
 * apt with lists and caches of its own: it needs no root, changes nothing on the system, and works where the system's
 * lists are empty, stale or unreadable. Sources, keys and proxy settings are the system's.
 */
export class PrivateApt {
  /** Everything is downloaded below it: as root, apt's own account can write there. */
  readonly folder: string
  readonly #own: PrivateFolder
  readonly #config: string
  readonly #account: Account | undefined
  readonly #tools: DebianTools
  readonly #context: LookupContext
  /** Output of the update although some lists arrived: an unreachable third-party source must not matter. */
  readonly #complaint: string

  private constructor({ own, account, tools, context, complaint }: AptSetup) {
    this.folder = own.path
    this.#own = own
    this.#config = join(own.path, CONFIG)
    this.#account = account
    this.#tools = tools
    this.#context = context
    this.#complaint = complaint
  }

  /**
   * Fetches the package lists into a folder of its own, below `workshop`. As root, apt's own account does all work on the network, as
   * with the system's apt: then the folder is where that account can write.
   * @throws FD_COMPONENT_FETCH with apt's message when no list arrives at all
   */
  static async open(workshop: string, tools: DebianTools, context: LookupContext): Promise<PrivateApt> {
    const isRoot = process.getuid?.() === 0
    const own = makePrivateFolder('apt', isRoot ? tmpdir() : workshop)
    const folder = own.path
    for (const path of ['lists/partial', 'cache/archives/partial']) await mkdir(join(folder, path), { recursive: true })
    const account = isRoot ? await lookUpAccount(SANDBOX_USER, context.env, context.signal) : undefined
    // Independent of the umask: apt's account must pass, and only root may write. apt itself takes over the folders named partial.
    if (isRoot) for (const path of ['.', 'lists', 'cache', 'cache/archives']) await chmod(join(folder, path), 0o755)
    const config = join(folder, CONFIG)
    await writeFile(config, configuration(folder, isRoot && account === undefined))
    let output: string
    try {
      const update = ['-c', config, ...patience(FOR_LISTS), '-qq', 'update']
      output = (await runCommand(tools.aptGet, update, options(context, UPDATE_TIMEOUT_MS))).stderr
    } catch (error) {
      context.signal?.throwIfAborted()
      output = messageOf(error)
    }
    // Without a network apt-get only warns and ends with 0; what counts is what arrived.
    const lists = (await readdir(join(folder, 'lists'))).filter((name) => name.includes('_Packages'))
    const complaint = shorten(output)
    if (lists.length === 0) {
      own.remove()
      throw componentErrors.error('FD_COMPONENT_FETCH', {
        message: `no package list could be fetched${complaint === '' ? ' (no package source is configured?)' : `: ${complaint}`}${networkHint(output)}`,
      })
    }
    return new PrivateApt({ own, account, tools, context, complaint })
  }

  /** `packages` and those of their dependencies, and theirs in turn, whose name matches `follow`. */
  async withDependencies(packages: readonly string[], follow: RegExp | undefined): Promise<string[]> {
    if (follow === undefined) return [...packages]
    const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`)
    const { stdout } = await this.#run(this.#tools.aptCache, ['depends', '--recurse', ...only, ...packages])
    return followDependencies(stdout, packages, follow)
  }

  /** Removes all that was fetched. */
  async close(): Promise<void> {
    // Children of a killed apt-get may still be writing their last bytes: it is tried several times.
    this.#own.remove()
  }

  /**
   * Downloads packages into a folder `name`, and returns its path with the entries of the (signed) index; nothing is verified yet,
   * and no other user can change the files any more.
   */
  async download(
    packages: readonly string[],
    name: string,
  ): Promise<{ folder: string; announced: AnnouncedPackage[] }> {
    const folder = join(this.folder, name)
    await mkdir(folder, { mode: 0o700 })
    const { stdout } = await this.#run(this.#tools.aptGet, ['-qq', 'download', '--print-uris', ...packages], folder)
    const announced = parseUris(stdout)
    if (announced.length !== packages.length) {
      throw componentErrors.error('FD_COMPONENT_FETCH', {
        message: 'the package index does not have the SHA256 of every package',
        expected: packages.join(', '),
        given: announced.map((one) => one.package).join(', '),
      })
    }
    if (this.#account !== undefined) await chown(folder, this.#account.uid, this.#account.gid)
    await this.#run(this.#tools.aptGet, [...patience(FOR_PACKAGES), '-qq', 'download', ...packages], folder)
    if (this.#account !== undefined) await giveTo({ uid: 0, gid: 0 }, folder)
    return { folder, announced }
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

/** "no network?" where apt's message looks like it. */
export function networkHint(said: string): string {
  const signs =
    /resolv|could not connect|unable to connect|connection (failed|refused|timed out)|unreachable|timed? ?out|release file/i
  return signs.test(said) ? ' — no network?' : ''
}

function patience({ retries, timeoutSeconds }: Patience): string[] {
  const timeouts = ['http', 'https'].map((method) => `Acquire::${method}::Timeout=${timeoutSeconds}`)
  return [`Acquire::Retries=${retries}`, ...timeouts].flatMap((setting) => ['-o', setting])
}

function options({ env, signal }: LookupContext, timeoutMs: number) {
  return { env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }, signal, timeoutMs }
}

/** `unsandboxed`: root without an account for apt downloads as root. Every other user downloads as that user. */
function configuration(folder: string, unsandboxed: boolean): string {
  return `Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "${folder}/cache/archives";
Acquire::Languages "none";
Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
${unsandboxed ? 'APT::Sandbox::User "";\n' : ''}// The system's hooks belong to the system's lists.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`
}
