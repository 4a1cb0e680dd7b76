import { fileURLToPath } from 'node:url'
import { count, defineSettings, optionalText } from '../../src/base/schema/settings.ts'
import type { Part, Topology } from '../../src/stack/part.ts'

const fixture = fileURLToPath(new URL('./fixture-service.js', import.meta.url))

function part(name: string, port: number, more: Partial<Part>): Part {
  return {
    name,
    kind: 'service',
    summary: `the ${name} of the contract suite`,
    program: { command: [process.execPath, fixture] },
    preferredPort: port,
    dependsOn: [],
    health: { kind: 'http', path: '/ready' },
    restart: 'never',
    graceMs: 1_000,
    launch: (context) => ({ args: [], env: { PORT: String(context.listen().port) } }),
    ...more,
  }
}

/** A database, a web service on it that nobody restarts, a daemon that is restarted, and something that watches them. */
export const contractTopology: Topology = {
  parts: [
    part('watcher', 23_100, { kind: 'monitoring', observer: true }),
    part('web', 23_200, {
      dependsOn: ['database'],
      maxReplicas: 3,
      metrics: { path: '/metrics', every: 'scrapeMs' },
      settings: defineSettings({
        GREETING: optionalText('what it says', () => undefined),
        SHARE: count(1, 10, 'of what there is'),
        PAGE: { ...optionalText('what it shows', () => undefined), operatorOnly: true },
      }),
    }),
    part('database', 23_300, { kind: 'storage' }),
    part('daemon', 23_400, { restart: 'always', restartWhenUnhealthyMs: 1_000 }),
  ],
  files: [],
  externals: [],
}
