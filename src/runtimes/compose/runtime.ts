import { SupervisedRuntime } from '../supervised-runtime.ts'
import { ComposeGround, type ComposeOptions } from './ground.ts'

/** Runs the stack in the containers of a Docker Compose project. */
export class ComposeRuntime extends SupervisedRuntime {
  constructor(options: ComposeOptions) {
    super(options.parts, new ComposeGround(options))
  }
}
