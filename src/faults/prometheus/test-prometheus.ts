import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ExtraRules } from '../../api/injector/extra-rules.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { resolveComponents } from '../../runtimes/native/components/resolve.ts'
import { PortLedger } from '../../runtimes/native/process/ports.ts'
import type { Subject } from '../fault.ts'
import { Victim } from '../test-victim.ts'

/** A real Prometheus that scrapes itself, twice, and reads what rules lie in its folder. */
export interface TestPrometheus {
  subject: Subject
  get(path: string): Promise<string>
  close(): Promise<void>
}

export async function startPrometheus(): Promise<TestPrometheus> {
  const program = (await resolveComponents(['prometheus'], { fetch: true })).get('prometheus')?.programs.prometheus
  if (program === undefined) throw new Error('no Prometheus')
  const folder = await mkdtemp(join(tmpdir(), 'fd-prometheus-'))
  const ports = new PortLedger('127.0.0.1')
  const port = await ports.reserve(29_090)
  const job = (name: string) => ({
    job_name: name,
    scrape_interval: '200ms',
    scrape_timeout: '200ms',
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  })
  const config = {
    global: { evaluation_interval: '200ms' },
    rule_files: [join(folder, '*.rules.yml')],
    scrape_configs: [job('one'), job('two')],
  }
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
  await ports.release(port)
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  )
  const exited = once(child, 'exit')
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()
  const close = async () => {
    child.kill('SIGTERM')
    await exited
    await ports.close()
    await rm(folder, { recursive: true })
  }
  const rules = new ExtraRules(folder, { kill: async (_target, signal) => void child.kill(signal) })
  // These tests need nothing else of a subject.
  const subject: Subject = Object.assign(new Victim(), {
    service: 'prometheus',
    replica: 'prometheus-1',
    loadRules: rules.load.bind(rules),
    request: async ({ path }: { path: string }) => ({ status: 200, body: await get(path), tookMs: 0 }),
  })
  try {
    await waitUntil(
      async () => {
        const { data } = JSON.parse(await get('/api/v1/query?query=count(up==1)'))
        return data.result[0]?.value[1] === '2' ? done(undefined) : notYet(JSON.stringify(data))
      },
      { what: 'Prometheus to scrape itself', timeoutMs: 20_000, intervalMs: 50 },
    )
  } catch (error) {
    await close()
    throw error
  }
  return { subject, get, close }
}
