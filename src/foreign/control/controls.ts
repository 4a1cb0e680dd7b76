import { Engine } from '../../runtimes/compose/engine/engine.ts'
import type { ForeignService } from '../file/foreign-system.ts'
import { ContainerControl } from './container-control.ts'
import { NoControl } from './no-control.ts'
import { ProcessControl } from './process-control.ts'
import type { ReplicaControl } from './replica-control.ts'
import { SystemdControl } from './systemd-control.ts'

/** The control of each foreign replica, by how its service is run. */

const DOCKER_SOCKET = 'unix:///var/run/docker.sock'

/** Opens the control of each replica; the Docker engine is used only where a service is run by Compose. */
export function openControls(env: NodeJS.ProcessEnv = process.env): {
  controlOf(service: ForeignService, index: number): ReplicaControl
  close(): Promise<void>
} {
  let engine: Engine | undefined
  const none = (name: string) => new NoControl(name)
  return {
    controlOf({ name, run }, index) {
      switch (run.kind) {
        case 'compose':
          engine ??= new Engine(env.DOCKER_HOST ?? DOCKER_SOCKET)
          return new ContainerControl(engine, { project: run.project, service: run.service, index })
        case 'systemd': {
          const unit = run.units[index]
          return unit === undefined ? none(name) : new SystemdControl(unit, env)
        }
        case 'process': {
          const one = run.processes[index]
          return one === undefined ? none(name) : new ProcessControl(one)
        }
        // Pods are controlled by their workload.
        case 'kubernetes':
        case 'unknown':
          return none(name)
      }
    },
    close: async () => engine?.close(),
  }
}
