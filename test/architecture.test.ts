import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

/** Which rooms a room may import from. The picture in docs/architecture.md says the same in words. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  telemetry: ['base'],
  promql: ['base'],
  kubernetes: ['base'],
  routing: ['base', 'promql'],
  slo: ['base', 'promql'],
  faults: ['base'],
  proxy: ['base', 'telemetry'],
  services: ['base', 'telemetry', 'faults'],
  stack: ['base', 'telemetry', 'slo', 'proxy', 'services'],
  lint: ['base', 'telemetry', 'promql', 'routing', 'slo', 'stack'],
  dashboards: ['base', 'telemetry', 'slo', 'stack'],
  load: ['base', 'kubernetes', 'telemetry', 'faults'],
  probes: ['base', 'telemetry', 'slo', 'faults', 'lint'],
  runtimes: ['base', 'kubernetes', 'faults', 'stack', 'probes'],
  responder: ['base', 'telemetry', 'kubernetes', 'faults', 'stack', 'probes', 'runtimes'],
  receiver: ['base', 'probes', 'responder'],
  drills: ['base', 'promql', 'routing', 'slo', 'faults', 'stack', 'lint', 'load', 'probes', 'runtimes'],
  coverage: ['base', 'probes', 'drills'],
  baselines: ['base', 'drills'],
  reporters: ['base', 'routing', 'stack', 'load', 'probes', 'runtimes', 'drills', 'coverage', 'baselines'],
  api: [
    'base',
    'promql',
    'telemetry',
    'promql',
    'slo',
    'faults',
    'stack',
    'dashboards',
    'load',
    'probes',
    'runtimes',
    'responder',
    'drills',
    'reporters',
    'coverage',
  ],
  foreign: [
    'base',
    'promql',
    'kubernetes',
    'routing',
    'lint',
    'faults',
    'proxy',
    'stack',
    'probes',
    'runtimes',
    'receiver',
    'drills',
    'api',
  ],
  // What a command does, as one function: it may use everything but the command line.
  workflows: [
    'base',
    'kubernetes',
    'routing',
    'slo',
    'lint',
    'faults',
    'stack',
    'load',
    'probes',
    'runtimes',
    'receiver',
    'drills',
    'coverage',
    'reporters',
    'api',
    'foreign',
  ],
  cli: [
    'base',
    'telemetry',
    'promql',
    'kubernetes',
    'routing',
    'slo',
    'proxy',
    'lint',
    'services',
    'faults',
    'stack',
    'dashboards',
    'load',
    'probes',
    'runtimes',
    'responder',
    'receiver',
    'drills',
    'coverage',
    'baselines',
    'reporters',
    'api',
    'foreign',
    'workflows',
  ],
}

/**
 * The folders of each room, in the order in which they build on one another: a folder may import from those before it. Two
 * that are joined by + build on each other.
 */
const ORDER: Record<string, string> = {
  api: 'contract stack-files client injector commands server control stack',
  base: 'units text files+system http yaml schema openapi',
  cli: 'terminal arguments tables rules drills stack',
  dashboards: 'panels all grafana',
  drills:
    'journal clocks evidence expectations conditions actions file safety watch machine method gate judge conclude run',
  faults: 'kubernetes inside machine network prometheus process',
  foreign: 'file control beside links kubernetes guardian copies monitoring',
  lint: 'knowledge+shape rules routes',
  kubernetes: 'inside outside',
  load: 'figures http journey saturation users result shard workers kubernetes',
  // A probe of Prometheus knows what becomes of its alerts, and of those of its replicas.
  // A store is asked as replicas are.
  probes: 'alert-labels replicas store machine',
  promql: 'template loss',
  // A chain is made of toxics, and a toxic works on the pieces of a stream.
  proxy: 'stream+toxics http pod',
  receiver: 'forms http',
  reporters: 'page text coverage drill load routes',
  responder: 'incident channels actions policy webhook decide cluster http',
  runtimes: 'native compose kubernetes fake',
  routing: 'config',
  services: 'http database faults quotes store worker',
  slo: 'document+rules',
  stack: 'alerts render parts',
  telemetry: 'catalog',
  workflows: 'halt subject rules',
}

interface Import {
  file: string
  target: string
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

const imports: Import[] = sources(src).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) => ({
    file: relative(src, file),
    target: relative(src, resolve(dirname(file), specifier)),
  })),
)
/** The journeys that ship stand beside src/ and belong to the room that runs them. */
const roomOf = (path: string) => (path.startsWith('../journeys/') ? 'load' : (path.split('/')[0] ?? ''))

const isForTests = (file: string) => /\.test\.ts$|\/test-[^/]*\.ts$/.test(file)
/** `drills/gate` of `drills/gate/checks/alerts.ts`; none of a file that stands in the room itself. */
function folderOf(path: string): string | undefined {
  const [room, ...rest] = path.split('/')
  return rest.length < 2 || room === '..' ? undefined : `${room}/${rest[0]}`
}

describe('architecture', () => {
  it('knows every room', () => {
    const rooms = readdirSync(src, { withFileTypes: true }).map((entry) => entry.name)
    expect(rooms.filter((room) => !(room in MAY_IMPORT))).toEqual([])
    expect(imports.length).toBeGreaterThan(100)
  })

  it('imports point upwards only', () => {
    const wrong = imports
      // Tests may use a real component to test against.
      .filter(({ file }) => !isForTests(file))
      .filter(({ file, target }) => {
        const [from, to] = [roomOf(file), roomOf(target)]
        return from !== to && !MAY_IMPORT[from]?.includes(to)
      })
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  it('folders of a room import in one direction only', () => {
    const folders = new Set(imports.map(({ file }) => folderOf(file)).filter((folder) => folder !== undefined))
    const known = Object.entries(ORDER).flatMap(([room, order]) => order.split(/[ +]/).map((name) => `${room}/${name}`))
    expect([...folders].sort()).toEqual(known.sort())

    const place = (folder: string) => {
      const [room = '', name = ''] = folder.split('/')
      return (ORDER[room] ?? '').split(' ').findIndex((group) => group.split('+').includes(name))
    }
    const wrong = imports.filter(({ file, target }) => {
      const [from, to] = [folderOf(file), folderOf(target)]
      if (from === undefined || to === undefined || roomOf(file) !== roomOf(target) || isForTests(file)) return false
      return place(from) < place(to)
    })
    const lines = new Set(wrong.map(({ file, target }) => `${file} imports ${target}`))
    expect([...lines]).toEqual([])
  })

  it('only api, foreign, workflows, cli and tests choose a particular runtime', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        /^runtimes\/(native|fake|compose|kubernetes)\//.test(target) &&
        !/^(runtimes|api|foreign|workflows|cli)\//.test(file) &&
        !/\.test\.ts$|\/test-/.test(file),
    )
    expect(wrong).toEqual([])
  })
})
