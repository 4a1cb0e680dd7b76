import type { Troubles } from '../../base/system/troubles.ts'
import type { ComponentName } from '../../runtimes/native/components/all/components.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Runtime, RuntimeEvent } from '../../runtimes/runtime.ts'
import type { Link } from '../../stack/links.ts'
import type { Address } from '../../stack/part.ts'
import type { Profile } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import type { StackView } from '../contract.ts'

/** What control needs of a stack, on any kind of runtime. */

/** What happens while the stack comes up, for those who show it. */
export type Progress =
  | { kind: 'component'; component: ComponentName; step: string; detail: string }
  | { kind: 'part'; event: RuntimeEvent }
  | { kind: 'notice'; text: string }
  | { kind: 'step'; text: string; tookMs?: number }

export interface PrepareOptions {
  folder: StateFolder
  profile: Profile
  settings: StackSettings | undefined
  signal: AbortSignal | undefined
  onProgress: (progress: Progress) => void
  /** What is wrong at the moment, for those who begin a trouble and end it. */
  troubles: Troubles
  /** Adds a text that a person should know for as long as the stack is up. */
  notice: (text: string) => void
}

/** A stack that control can bring up: nothing of it runs yet. */
export interface PreparedStack {
  /** Lasting id of the state. */
  id: string
  /** Names this life of the stack. */
  run: string
  runtime: Runtime
  tokens: { operator: string; responder: string }
  /** With it the responder knows that control speaks for the operator. */
  maintenanceToken: string
  /** With it control breaks a part from inside; it opens no other part, and nothing of control's own. */
  faultTokenOf(part: string): string
  /** Values of the header Authorization for parts with a password, by name. */
  authorizations: ReadonlyMap<string, string>
  /** How the parts are linked. */
  links(): readonly Link[]
  /** Whether the parts run on when control could not bring all of it up, because something else has started them. */
  outlivesControl: boolean
  /** Where the runtime keeps Prometheus' lists of targets. */
  targetsFolder: string
  /** Names of what Prometheus must see before the stack is up. */
  scraped: readonly string[]
  /** Folders that the stack writes to: their disks are watched. */
  folders: readonly string[]
  components: StackView['components']
  /** Where control listens, and where people reach it. */
  listen: Address
  /** Further addresses at which control answers. */
  listenAlso?: readonly Address[]
  /** Who may read without a session: everyone who can connect, or only clients on this machine. Default: everyone. */
  readers?: 'everyone' | 'local'
  url: string
  /** Lets go of the port that was kept for control. */
  freePort(): Promise<void>
  close(): Promise<void>
}

/** Makes a stack ready on one kind of runtime. */
export type PrepareStack = (options: PrepareOptions) => Promise<PreparedStack>
