import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { preparePrograms } from '../../src/runtimes/native/programs.ts'
import { NativeRuntime } from '../../src/runtimes/native/runtime.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import type { Topology } from '../../src/stack/part.ts'
import { profiles } from '../../src/stack/profile.ts'
import { readStackSettings } from '../../src/stack/settings.ts'
import { describeStack } from '../../src/stack/topology.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-remote-write-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A store that takes samples, and what it was sent them with. */
async function startStore() {
  const received: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    received.push(request.headers)
    request.resume().on('end', () => response.writeHead(204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}/push`, received, close }
}

/** Prometheus of the stack, alone, with these settings. */
async function startPrometheus(env: NodeJS.ProcessEnv) {
  const resolved = await resolveComponents(['prometheus'], { fetch: true })
  const whole = describeStack(profiles.lab, readStackSettings(env))
  const topology: Topology = {
    parts: whole.parts.filter(({ name }) => name === 'prometheus'),
    files: whole.files.filter(({ part }) => part === 'prometheus'),
    externals: [],
  }
  const state = new StateFolder(join(folder, 'state'))
  const { id, secrets } = await state.prepare()
  const programs = await preparePrograms({
    resolved,
    serve: ['false'],
    dataFolder: state.data,
    postgresPassword: secrets.postgres,
    stackId: id,
    stateFolder: state.path,
  })
  const nowhere = { host: '127.0.0.1', port: 9 }
  const runtime = new NativeRuntime({
    topology,
    folder: state,
    secrets,
    externals: { alertmanager: nowhere, control: nowhere, 'blackbox-exporter': nowhere },
    run: 'contract',
    ports: new PortLedger('127.0.0.1'),
    command: programs.command,
  })
  await runtime.up()
  return { runtime, config: await readFile(join(state.config, 'prometheus.yml'), 'utf8') }
}

describe('remote write of the Prometheus of the stack', () => {
  it.each([
    ['a token', { FIREDRILL_REMOTE_WRITE_TOKEN: 'of-the-tenant' }, 'Bearer of-the-tenant', 'of-the-tenant'],
    [
      'a user and a password',
      { FIREDRILL_REMOTE_WRITE_USERNAME: '1234', FIREDRILL_REMOTE_WRITE_PASSWORD: 'glc-secret' },
      `Basic ${Buffer.from('1234:glc-secret').toString('base64')}`,
      'glc-secret',
    ],
  ])('sends samples with %s, which is not in its configuration', async (_, login, authorization, secret) => {
    const store = await startStore()
    const { runtime, config } = await startPrometheus({ FIREDRILL_REMOTE_WRITE_URL: store.url, ...login })
    try {
      await waitUntil(async () => (store.received.length > 0 ? done(undefined) : notYet('nothing')), {
        what: 'samples to arrive',
        timeoutMs: 60_000,
        intervalMs: 50,
      })
      expect(store.received[0]).toMatchObject({ authorization, 'content-encoding': 'snappy' })
      expect(config).not.toContain(secret)
    } finally {
      await runtime.down()
      await store.close()
    }
  })
})
