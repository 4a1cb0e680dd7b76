/**
 * What it costs to check and to walk the alerts of a large system: `lint` and `routes` as commands over 2,000 rules and 300 routes, beside
 * a fixed piece of work.
 *
 *   npm run bench:routes -- [--runs 5]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { compare } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { print } from '../measuring/print.ts'

const RULES = 2_000
const RULES_A_FILE = 500
const ROUTES = 300
const TEAMS = 50
/** Pieces of reference work in the time of one command: three seconds on a machine that needs 3 ms for a piece. */
const LIMITS = { commandWork: 1_000 }

const SEVERITIES = ['critical', 'warning', 'info']

/** Rules in the manner of a grown system: a team and a severity each, some by their series. */
function rulesFrom(first: number): string {
  const rules = Array.from({ length: RULES_A_FILE }, (_, place) => {
    const index = first + place
    const labels =
      index % 4 === 0
        ? { severity: SEVERITIES[index % 3] }
        : { severity: SEVERITIES[index % 3], team: `team-${index % TEAMS}` }
    return {
      alert: `Alert${index}`,
      expr: `sum by (job, team) (rate(http_requests_total{job="job-${index}", status=~"5.."}[5m])) / sum by (job, team) (rate(http_requests_total{job="job-${index}"}[5m])) > 0.05`,
      for: '5m',
      labels,
      annotations: { summary: '{{ $labels.job }} fails' },
    }
  })
  return JSON.stringify({ groups: [{ name: `group-${first}`, interval: '30s', rules }] })
}

/** A team has a route with one for each severity and an expression; more routes are found by several labels. */
function configuration(): string {
  const teams = Array.from({ length: TEAMS }, (_, team) => ({
    receiver: `team-${team}`,
    matchers: [`team="team-${team}"`],
    routes: [
      ...SEVERITIES.map((severity, index) => ({
        receiver: `team-${team}-${severity}`,
        matchers: [`severity="${severity}"`],
        group_wait: `${10 * (index + 1)}s`,
      })),
      { receiver: `team-${team}`, matchers: ['job=~"batch-.*"'], continue: true },
    ],
  }))
  const others = Array.from({ length: ROUTES - 5 * TEAMS }, (_, index) => ({
    receiver: 'platform',
    matchers: [`job=~"job-${index}[0-9]*"`, 'severity!="info"'],
    mute_time_intervals: ['night'],
  }))
  const names = teams.flatMap(({ receiver, routes }) => [receiver, ...routes.map((route) => route.receiver)])
  return JSON.stringify({
    route: { receiver: 'platform', routes: [...teams, ...others] },
    receivers: [...new Set([...names, 'platform'])].map((name) => ({
      name,
      webhook_configs: [{ url: `http://${name}.test` }],
    })),
    time_intervals: [{ name: 'night', time_intervals: [{ times: [{ start_time: '00:00', end_time: '06:00' }] }] }],
    inhibit_rules: SEVERITIES.slice(1).map((severity, index) => ({
      source_matchers: [`severity="${SEVERITIES[index]}"`],
      target_matchers: [`severity="${severity}"`],
      equal: ['job', 'team'],
    })),
  })
}

async function timeCommand(args: readonly string[], runs: number): Promise<number[]> {
  const program = join(packageFolder(), 'bin', 'firedrill.js')
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const sinceMs = performance.now()
    const { exitCode, stderr } = await execa(process.execPath, [program, ...args, '--json'], { reject: false })
    times.push(performance.now() - sinceMs)
    // Lint exits with 2 when it finds something.
    if (exitCode !== 0 && exitCode !== 2) throw new Error(stderr)
  }
  return times
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } })
const folder = await mkdtemp(join(tmpdir(), 'fd-bench-routes-'))
try {
  const rules = join(folder, 'rules')
  const config = join(folder, 'alertmanager.yml')
  await mkdir(rules)
  for (let first = 0; first < RULES; first += RULES_A_FILE) {
    await writeFile(join(rules, `${first}.yml`), rulesFrom(first))
  }
  await writeFile(config, configuration())
  const speed = new MachineSpeed()
  speed.sample()
  const lint = distribution(await timeCommand(['lint', '--any-series', '--config', config, rules], Number(values.runs)))
  speed.sample()
  const routes = distribution(
    await timeCommand(['routes', '--config', config, '--rules', rules, '--at', 'sunday 03:00'], Number(values.runs)),
  )
  speed.sample()
  print(`${RULES} rules, ${ROUTES} routes: lint median ${lint.median} ms, routes ${routes.median} ms`)
  const work = { unit: 'ms', peerName: 'reference work', peer: speed.workMs, atMost: LIMITS.commandWork }
  const checks = [
    compare({ ...work, what: `lint ${RULES} rules with ${ROUTES} routes`, ours: lint.median }),
    compare({ ...work, what: `routes of ${RULES} rules`, ours: routes.median }),
  ]
  await finish('routes', checks, {
    rules: RULES,
    routes: ROUTES,
    lintMs: lint,
    routesMs: routes,
    referenceWorkMs: speed.workMs,
  })
} finally {
  await rm(folder, { recursive: true })
}
