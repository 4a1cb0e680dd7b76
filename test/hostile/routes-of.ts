import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { actuatorOf } from '../../src/api/client/actuator.ts'
import { ControlClient } from '../../src/api/client/client.ts'
import { ChildCommands } from '../../src/api/commands/child-commands.ts'
import { ActiveFaults } from '../../src/api/injector/active-faults.ts'
import { Halting } from '../../src/api/injector/halting.ts'
import { consoleFolder } from '../../src/api/server/console-files.ts'
import { type ControlServerOptions, createControlServer } from '../../src/api/server/control-server.ts'
import { readProxyConfig } from '../../src/proxy/config.ts'
import { startProxyServer } from '../../src/proxy/start.ts'
import { readResponderConfig } from '../../src/responder/config.ts'
import { startResponder } from '../../src/responder/start.ts'
import { FakeRuntime } from '../../src/runtimes/fake/runtime.ts'
import { Lever } from '../../src/runtimes/native/state/lever.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { services } from '../../src/services/serve.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'
import { Metrics } from '../../src/telemetry/metrics.ts'
import { root } from '../e2e/firedrill.ts'
import type { Own } from './attacked.ts'

export interface Route {
  method: string
  /** As it was registered: `/v1/services/:service/start`. */
  url: string
}

/** Settings with which each starts without the others: nothing is asked of them but their routes. */
const NOWHERE = {
  HOST: '127.0.0.1',
  PORT: '0',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  REDIS_URL: 'redis://127.0.0.1:1',
  FAULTS_TOKEN: 'f',
  CONTROL_URL: 'http://127.0.0.1:1',
  CONTROL_TOKEN: 'c',
  WEBHOOK_TOKEN: 'w',
  MAINTENANCE_TOKEN: 'm',
}
const logger = pino({ level: 'silent' })

/** Every route of each of Firedrill's own servers, as the server itself registers it. */
export async function readRoutes(): Promise<Record<Own, Route[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-routes-'))
  const env = { ...NOWHERE, FAULTS_FOLDER: folder, INCIDENT_LOG: join(folder, 'log.jsonl') }
  try {
    return {
      control: await registered(() => startControl(folder)),
      responder: await registered(async () => {
        const actuator = actuatorOf(new ControlClient(env.CONTROL_URL, env.CONTROL_TOKEN))
        return startResponder(readResponderConfig(env, join(root, 'responder.yaml')), { actuator, logger })
      }),
      store: await registered(() => services.store(env, logger)),
      quotes: await registered(() => services.quotes(env, logger)),
      worker: await registered(() => services.worker(env, logger)),
      proxy: await registered(() => startProxyServer(readProxyConfig({ PORT: '0', PROXY_TOKEN: 'p' }), logger)),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** With all that it can be given: what is left out could leave out routes. */
async function startControl(folder: string): Promise<{ close(): Promise<void> }> {
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  const options: Required<ControlServerOptions> = {
    runtime,
    halting: new Halting(new Lever(folder)),
    faults: new ActiveFaults({ runtime, tokenOf: () => 'f' }),
    metrics: new Metrics(),
    profile: profiles.lab,
    situation: { folder: new StateFolder(folder), authorizations: new Map(), settings: undefined },
    parts: { links: () => [], authorizations: new Map(), exporterScrapeMs: 1_000, runsHere: false },
    commands: new ChildCommands({ program: ['true'], statePath: folder }),
    tokens: { operator: 'o', responder: 'r' },
    readers: 'everyone',
    maintenanceToken: 'm',
    view: () => {
      throw new Error('nobody asks')
    },
    down: () => undefined,
    logger,
    consoleFolder: consoleFolder(),
  }
  const app = createControlServer(options)
  await app.ready()
  return { close: () => app.close() }
}

/** Fastify announces each server that is made; from then on the server announces each of its routes. */
export async function registered(start: () => Promise<{ close(): Promise<void> }>): Promise<Route[]> {
  const routes: Route[] = []
  const onServer = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, url })
    })
  }
  subscribe('fastify.initialization', onServer)
  try {
    await (await start()).close()
  } finally {
    unsubscribe('fastify.initialization', onServer)
  }
  return routes
}
