import { Engine } from '../../runtimes/compose/engine/engine.ts'
import type { ForeignService } from '../file/foreign-system.ts'
import { ContainerControl } from './container-control.ts'
import { NoControl } from './no-control.ts'
import { ProcessControl } from './process-control.ts'
import type { ReplicaControl } from './replica-control.ts'

/** The control of each foreign replica, by how its service is run. */

const DOCKER_SOCKET = 'unix:///var/run/docker.sock'

/** Opens the control of each replica; the Docker engine is used only where a service is run by Compose. */
export function openControls(env: NodeJS.ProcessEnv = process.env): {
  controlOf(service: ForeignService, index: number): ReplicaControl
  close(): Promise<void>
} {
  let engine: Engine | undefined
  return {
    controlOf({ name, run }, index) {
      if (run.kind === 'compose') {
        engine ??= new Engine(env.DOCKER_HOST ?? DOCKER_SOCKET)
        return new ContainerControl(engine, { project: run.project, service: run.service, index })
      }
      const one = run.kind === 'process' ? run.processes[index] : undefined
      return one === undefined ? new NoControl(name) : new ProcessControl(one)
    },
    close: async () => engine?.close(),
  }
}
