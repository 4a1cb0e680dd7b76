import { SupervisedRuntime } from '../supervised-runtime.ts'
import { NativeHost, type NativeOptions } from './host.ts'

/** Runs the stack as plain processes of this machine. */
export class NativeRuntime extends SupervisedRuntime {
  constructor(options: NativeOptions) {
    super(options.topology.parts, new NativeHost(options), options.troubles)
  }
}
