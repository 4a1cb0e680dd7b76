/** A real program that was found, and how to start it. */
export interface ResolvedComponent {
  /** Its name in the map of components. */
  name: string
  /** As the program itself prints it, without a distribution's suffix: "2.42.0", "18.4". */
  version: string
  /** `cache`: Debian packages unpacked in the project's cache. `package`: an npm package. */
  source: 'environment' | 'path' | 'cache' | 'package'
  /**
   * Program name → absolute path. prometheus: prometheus, promtool; alertmanager: alertmanager, amtool; redis:
   * redis-server, redis-cli; postgres: postgres, initdb. promtool, amtool and redis-cli may be absent when the server
   * came from the environment or PATH.
   */
  programs: Record<string, string>
  /** Extra environment for that child only: LD_LIBRARY_PATH of a private tree must not reach other programs. */
  env: Record<string, string>
  /** Arguments that this particular build needs. */
  args: string[]
  /** The subcommand that makes it the server, before all arguments, if it needs one. */
  subcommand?: string
  /** The working directory in which the program must be started, if any. */
  cwd?: string
}

/** One place where it was not found, or cannot be used. */
export interface Tried {
  place: string
  reason: string
}

/** The outcome of looking in one place, or in several of them. `conclusive`: the reason forbids looking any further. */
export interface Lookup {
  found?: ResolvedComponent
  tried: Tried[]
  conclusive?: boolean
}

/** How to build a component's private tree from Debian packages. */
export interface DebianBuild {
  packages: readonly string[]
  /** Dependencies of `packages` to fetch along, and theirs in turn; all others are expected on any system with apt. */
  follow?: RegExp
  /** tar patterns of what is not unpacked, besides documentation and manual pages. */
  exclude?: readonly string[]
  /** Program name → path below the component's folder, whose `root/` holds the unpacked packages. */
  programs: Readonly<Record<string, string>>
  /** Changes to the unpacked tree before it is published. */
  finish?: (folder: string) => Promise<void>
  /** How the programs of a published folder are started. */
  start?: (folder: string) => Promise<Pick<ResolvedComponent, 'env' | 'args' | 'cwd'>>
}

/** How to take a component from the archive that its makers publish, with the checksums that they publish beside it. */
export interface ArchiveBuild {
  version: string
  /** The server that has it, with its protocol; a mirror has the same paths. */
  origin: string
  /** The environment variable that names a mirror. It need not be trusted: what it sends is checked. */
  mirrorVariable: `FIREDRILL_${string}_MIRROR`
  /** By platform and processor, as Node names them: "linux-x64". */
  files: Readonly<Record<string, ArchiveFile>>
  /** Program name → path below the component's folder, which holds what is in the archive's only folder. */
  programs: Readonly<Record<string, string>>
}

export interface ArchiveFile {
  /** Of the URL, without the leading slash. */
  path: string
  sha256: string
  bytes: number
}

/** One component: its versions, where it is looked for, how it is fetched and started. */
export interface ComponentDefinition {
  /** The environment variable that names the server program. */
  variable: `FIREDRILL_${string}`
  /** The oldest version whose flags and APIs Firedrill uses. */
  minimum: string
  /** The server's key in `programs`. */
  server: string
  /** Names under which the server may be installed, the upstream one first. */
  commands: readonly string[]
  /** How it is asked for its version. Default `--version`. */
  versionFlag?: string
  /** Finds the version in the output, as group 1. */
  versionPattern: RegExp
  companions: readonly { program: string; required: boolean }[]
  /** For a component that the stack works without: what is missing then, in a few words. It is fetched only when somebody asks for it. */
  optional?: string
  /** What an installed program needs to be started, where that depends on where and how it is installed. */
  adapt?: (program: string) => Promise<Partial<ResolvedComponent> | { problem: string }>
  debian?: DebianBuild
  archive?: ArchiveBuild
  /** Looks for an npm package that carries the programs. */
  bundled?: (definition: ComponentDefinition, context: LookupContext) => Promise<Lookup>
  /** Commands that install the component or provide it in another way, for people. */
  help: {
    apt: string
    brew: string
    /** An image from which the program can be taken, where it is one file that needs no other. */
    docker?: { image: string; program: string }
  }
}

/** What a lookup may read. */
export interface LookupContext {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
}
