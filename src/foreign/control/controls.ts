import { Engine } from '../../runtimes/compose/engine/engine.ts'
import type { ForeignService } from '../file/foreign-system.ts'
import { ContainerHand } from './container-control.ts'
import { UnknownHand } from './no-control.ts'
import { ProcessHand } from './process-control.ts'
import type { Hand } from './replica-control.ts'

const DOCKER_SOCKET = 'unix:///var/run/docker.sock'

/** Hands for replicas; the Docker engine is asked only where a service is one of Compose. */
export function makeHands(env: NodeJS.ProcessEnv = process.env): {
  handOf(service: ForeignService, index: number): Hand
  close(): Promise<void>
} {
  let engine: Engine | undefined
  return {
    handOf({ name, run }, index) {
      if (run.kind === 'compose') {
        engine ??= new Engine(env.DOCKER_HOST ?? DOCKER_SOCKET)
        return new ContainerHand(engine, { project: run.project, service: run.service, index })
      }
      const one = run.kind === 'process' ? run.processes[index] : undefined
      return one === undefined ? new UnknownHand(name) : new ProcessHand(one)
    },
    close: async () => engine?.close(),
  }
}
