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
  slo: ['base', 'promql'],
  faults: ['base'],
  proxy: ['base', 'telemetry'],
  services: ['base', 'telemetry', 'faults'],
  stack: ['base', 'telemetry', 'slo', 'proxy', 'services'],
  lint: ['base', 'telemetry', 'promql', 'stack'],
  dashboards: ['base', 'telemetry', 'slo', 'stack'],
  load: ['base', 'telemetry', 'faults'],
  probes: ['base', 'telemetry', 'slo', 'faults', 'lint'],
  runtimes: ['base', 'faults', 'stack', 'probes'],
  responder: ['base', 'telemetry', 'faults', 'stack', 'probes', 'runtimes'],
  drills: ['base', 'promql', 'slo', 'faults', 'stack', 'lint', 'load', 'probes', 'runtimes'],
  coverage: ['base', 'probes', 'drills'],
  baselines: ['base', 'drills'],
  reporters: ['base', 'stack', 'load', 'probes', 'runtimes', 'drills', 'coverage', 'baselines'],
  api: [
    'base',
    'telemetry',
    'slo',
    'faults',
    'stack',
    'dashboards',
    'load',
    'probes',
    'runtimes',
    'responder',
    'drills',
  ],
  foreign: ['base', 'promql', 'faults', 'stack', 'probes', 'runtimes', 'drills', 'api'],
  cli: [
    'base',
    'telemetry',
    'promql',
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
    'drills',
    'coverage',
    'baselines',
    'reporters',
    'api',
    'foreign',
  ],
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

describe('architecture', () => {
  it('knows every room', () => {
    const rooms = readdirSync(src, { withFileTypes: true }).map((entry) => entry.name)
    expect(rooms.filter((room) => !(room in MAY_IMPORT))).toEqual([])
    expect(imports.length).toBeGreaterThan(100)
  })

  it('imports point upwards only', () => {
    const wrong = imports
      // Tests may use a real component to test against.
      .filter(({ file }) => !/\.test\.ts$|\/test-[^/]*\.ts$/.test(file))
      .filter(({ file, target }) => {
        const [from, to] = [roomOf(file), roomOf(target)]
        return from !== to && !MAY_IMPORT[from]?.includes(to)
      })
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  it('only api, foreign, cli and tests choose a particular runtime', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        /^runtimes\/(native|fake|compose|kubernetes)\//.test(target) &&
        !/^(runtimes|api|foreign|cli)\//.test(file) &&
        !/\.test\.ts$|\/test-/.test(file),
    )
    expect(wrong).toEqual([])
  })

  it('source files stay short: nine in ten under 300 lines', () => {
    const lengths = sources(src).map((file) => readFileSync(file, 'utf8').split('\n').length)
    const long = lengths.filter((lines) => lines > 300).length
    expect(long / lengths.length).toBeLessThan(0.1)
  })
})
