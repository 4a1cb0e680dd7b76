import type { Troubles } from '../../base/system/troubles.ts'
import { SupervisedRuntime } from '../supervised-runtime.ts'
import { ComposeHost, type ComposeOptions } from './host.ts'

/** Runs the stack in the containers of a Docker Compose project. */
export class ComposeRuntime extends SupervisedRuntime {
  constructor(options: ComposeOptions & { troubles?: Troubles }) {
    super(options.parts, new ComposeHost(options), options.troubles)
  }
}
