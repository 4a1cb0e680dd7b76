import { Engine } from '../runtimes/compose/engine.ts'
import { ContainerHand } from './container-hand.ts'
import type { ForeignService } from './foreign-system.ts'
import type { Hand } from './hand.ts'
import { ProcessHand } from './process-hand.ts'
import { UnknownHand } from './unknown-hand.ts'

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
