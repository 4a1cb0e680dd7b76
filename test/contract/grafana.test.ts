import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { FiredrillError } from '../../src/base/errors.ts'
import { renderDashboards } from '../../src/dashboards/grafana/render-dashboards.ts'
import type { ResolvedComponent } from '../../src/runtimes/native/components/component.ts'
import { fetchArchive } from '../../src/runtimes/native/components/fetch/archive/fetch-archive.ts'
import {
  ArchiveServer,
  grafanaFrom,
  packGrafana,
} from '../../src/runtimes/native/components/fetch/archive/test-archive.ts'
import { findOptional } from '../../src/runtimes/native/components/resolve.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { preparePrograms } from '../../src/runtimes/native/programs.ts'
import { NativeRuntime } from '../../src/runtimes/native/runtime.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import type { Topology } from '../../src/stack/part.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'

const fake = fileURLToPath(new URL('./fake-grafana.js', import.meta.url))

interface Given {
  args: string[]
  env: Record<string, string>
  ini: Record<string, Record<string, string>>
  provisioning: { datasources: string[]; dashboards: string[] }
}

/** The real wiring, from the search for the program to its provisioned files, with a stand-in for the program only. */
describe('Grafana in the native runtime', () => {
  let folder: string
  beforeEach(async () => {
    // Taken for a comment when a path is not quoted.
    folder = await mkdtemp(join(tmpdir(), 'fd-grafana;#-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function install(home: string, program = 'grafana'): Promise<string> {
    const path = join(folder, home, 'bin', program)
    await mkdir(join(folder, home, 'bin'), { recursive: true })
    await mkdir(join(folder, home, 'conf'), { recursive: true })
    await writeFile(join(folder, home, 'conf/defaults.ini'), '')
    await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${fake}' "$@"\n`)
    await chmod(path, 0o755)
    return path
  }

  async function start(env: NodeJS.ProcessEnv) {
    const found = await findOptional('grafana', { env })
    if (found === undefined) throw new Error('no Grafana was found')
    return startFound(found)
  }

  async function startFound(found: ResolvedComponent) {
    const whole = describeStack(profiles.lab, undefined, { dashboards: renderDashboards(profiles.lab) })
    const only = <T extends { name?: string; part?: string }>(all: readonly T[]) =>
      all.filter(({ name, part }) => (part ?? name) === 'grafana')
    const topology: Topology = { parts: only(whole.parts), files: only(whole.files), externals: [] }
    const state = new StateFolder(join(folder, 'state'))
    const { id, secrets } = await state.prepare()
    const programs = await preparePrograms({
      resolved: new Map([['grafana', found]]),
      serve: ['false'],
      dataFolder: state.data,
      postgresPassword: secrets.postgres,
      stackId: id,
      stateFolder: state.path,
    })
    const elsewhere = (port: number) => ({ host: '127.0.0.1', port })
    const runtime = new NativeRuntime({
      topology,
      folder: state,
      secrets,
      externals: { prometheus: elsewhere(9_090), alertmanager: elsewhere(9_093) },
      run: 'contract',
      ports: new PortLedger('127.0.0.1'),
      command: programs.command,
    })
    await runtime.up()
    const address = runtime.services()[0]?.replicas[0]?.address
    const given = async () => (await fetch(`http://127.0.0.1:${address?.port}/given`)).json() as Promise<Given>
    return { runtime, state, secrets, given }
  }

  it('is started with everything it needs to show the dashboards, and nothing else', async () => {
    const program = await install('opt/grafana')
    process.env.CALLER_SECRET = 'of the caller'
    const { runtime, state, secrets, given } = await start({ FIREDRILL_GRAFANA: program, PATH: '' })
    try {
      const { args, env, ini, provisioning } = await given()
      expect(args).toEqual([
        'server',
        `--config=${join(state.config, 'grafana/grafana.ini')}`,
        `--homepath=${join(folder, 'opt/grafana')}`,
      ])
      expect(env).not.toHaveProperty('CALLER_SECRET')
      expect(Object.values(env).join()).not.toContain(secrets.grafana)
      expect(ini.server).toMatchObject({ protocol: 'http', http_addr: '127.0.0.1' })
      expect(ini['auth.anonymous']).toEqual({ enabled: 'false' })
      expect(ini.security).toMatchObject({ admin_user: 'admin', admin_password: secrets.grafana })
      expect(ini.analytics).toMatchObject({ reporting_enabled: 'false', check_for_updates: 'false' })
      expect(ini.paths?.data).toBe(join(state.data, 'grafana'))
      expect((await stat(state.secretFile('grafana'))).mode & 0o777).toBe(0o600)
      expect(await readFile(join(state.config, 'grafana/grafana.ini'), 'utf8')).not.toContain(secrets.grafana)

      const [datasources] = provisioning.datasources.map((text) => parse(text))
      expect(datasources.datasources[0]).toMatchObject({
        uid: 'firedrill-prometheus',
        type: 'prometheus',
        url: 'http://127.0.0.1:9090',
        isDefault: true,
        basicAuth: true,
        basicAuthUser: 'firedrill',
        secureJsonData: { basicAuthPassword: `$__file{${state.secretFile('prometheus')}}` },
        jsonData: { timeInterval: '500ms' },
      })
      // A viewer of Grafana can have it query its data sources: none of them can silence alerts.
      expect(datasources.datasources).toHaveLength(1)
      const [provider] = provisioning.dashboards.map((text) => parse(text).providers[0])
      expect(provider).toMatchObject({ type: 'file', disableDeletion: true, allowUiUpdates: false })
      const files = await readdir(provider.options.path)
      expect(files.sort()).toEqual([...renderDashboards(profiles.lab).keys()].map((name) => `${name}.json`).sort())
      const home = JSON.parse(await readFile(ini.dashboards?.default_home_dashboard_path ?? '', 'utf8'))
      expect(home.uid).toBe('firedrill-overview')

      const [service] = runtime.services()
      expect(service?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/d\/firedrill-overview$/)
      await runtime.restart({ service: 'grafana' }, 'operator')
      expect((await given()).provisioning).toEqual(provisioning)
    } finally {
      await runtime.down()
    }
  })

  it('is started without a subcommand when it is the server itself', async () => {
    const program = await install('usr/share/grafana', 'grafana-server')
    const { runtime, given } = await start({ PATH: join(program, '..') })
    try {
      expect((await given()).args[0]).toMatch(/^--config=/)
    } finally {
      await runtime.down()
    }
  })

  it('is started as well from the archive that was fetched', async () => {
    const archive = await packGrafana(`#!/bin/sh\nexec '${process.execPath}' '${fake}' "$@"\n`)
    const server = new ArchiveServer(archive)
    const definition = grafanaFrom(await server.listen(), archive)
    const env = { PATH: '/usr/bin:/bin', FIREDRILL_CACHE: join(folder, 'cache') }
    const found = await fetchArchive('grafana', definition, { context: { env }, onEvent: () => undefined })
    await server.close()
    if ('reason' in found) return expect.fail(found.reason)
    const { runtime, given } = await startFound(found)
    try {
      const home = join(folder, 'cache/components', `grafana-11.6.0-${process.arch}`)
      expect((await given()).args).toEqual(['server', expect.stringMatching(/^--config=/), `--homepath=${home}`])
    } finally {
      await runtime.down()
    }
    // Only where somebody asks for it.
    expect(await findOptional('grafana', { env })).toBeUndefined()
  })

  it('is not missed where it is not installed', async () => {
    expect(await findOptional('grafana', { env: { PATH: folder, HOME: folder } })).toBeUndefined()
    const { parts, files } = describeStack(profiles.lab)
    expect(parts.map((part) => part.name)).not.toContain('grafana')
    expect(files.filter((file) => file.name.startsWith('grafana/'))).toEqual([])
  })

  it.each([
    ['is not there', async () => join(folder, 'gone'), 'is not an executable file'],
    [
      'lies far from its files',
      async () => {
        const program = await install('astray')
        await rm(join(folder, 'astray/conf'), { recursive: true })
        return program
      },
      'its files are nowhere near it',
    ],
  ])('is refused when somebody asked for one that %s', async (_, program, reason) => {
    const env = { FIREDRILL_GRAFANA: await program(), PATH: '' }
    const error = await findOptional('grafana', { env }).then(
      () => expect.fail('it was found'),
      (thrown: FiredrillError) => thrown,
    )
    expect(error.code).toBe('FD_COMPONENT_UNAVAILABLE')
    expect(error.details.given).toContain(reason)
  })
})
