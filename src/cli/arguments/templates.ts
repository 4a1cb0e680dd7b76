import { stringify } from 'yaml'
import type { ForeignSystem } from '../../foreign/file/foreign-system.ts'
import { cliErrors } from '../errors.ts'

/** A drill for the stack, which holds as it is. */
export function drillTemplate(title: string): string {
  return `title: ${scalar(title)}
why: What it would mean if this drill deviated.

# True when all is well: checked before, else the run proves nothing, and again after.
steadyState:
  - http: store
    path: /ready
  - metric: min(up{service="store"})
    is: "== 1"

load:
  journey: browse        # firedrill ls journeys; or the path of a module of your own
  users: 20
  spawnRate: 20        # started per second

method:
  - at: 2s               # after all users have started
    fault: kill          # firedrill ls faults
    target: store        # a part; replica: store-1 names one of it
    for: 30s             # undone then, whatever happens to this command

# Every \`within\` counts from the first step. --dry-run says how much of it the monitoring itself needs.
expectations:
  - alert: ServiceDown   # firedrill ls alerts
    labels: { service: store }
    within: 2s
  - action: restart      # by the responder, whose policy is responder.yaml
    by: responder
    target: store
    within: 3s
  - steady: true         # the steady state is back, and stays
    within: 4s
  - noOtherAlert: true
`
}

/** A drill for a system that is not ours: its first service that can be killed. @throws FD_USAGE when there is none */
export function foreignDrillTemplate(title: string, { file, services }: ForeignSystem): string {
  const service = services.find(({ run }) => run.kind !== 'unknown')
  if (service === undefined) {
    throw cliErrors.error('FD_USAGE', {
      message: 'none of the services can be killed',
      where: file,
      expected: 'a service with `process` or `compose`',
      next: 'docs/foreign-systems.md says how a process is named',
    })
  }
  const { name, urls, health } = service
  const asked = urls.every(({ protocol }) => protocol !== 'tcp:')
  const probe = asked
    ? `  - http: ${name}
    path: ${scalar(health ?? '/')}
`
    : `  - metric: min(up{job="${name}"})    # as your Prometheus names it
    is: "== 1"
`
  return `title: ${scalar(title)}
why: What it would mean if this drill deviated.

# True when all is well: checked before, else the run proves nothing, and again after.
steadyState:
${probe}
load: none               # or: { journey: ./my-journey.js, users: 5, spawnRate: 5 }; docs/load.md

method:
  - at: 1s
    fault: kill          # kill, stop, restart, pause or crash-loop
    target: ${name}
    for: 30s             # undone then, whatever happens to this command

# Every \`within\` counts from the first step. An alert takes at least a scrape, an evaluation of its rule and its \`for\`.
expectations:
  # - alert: YourAlert   # the one that must fire, as your rules name it; --dry-run says how fast it can
  #   within: 2m
  - steady: true         # the steady state is back, and stays
    within: 1m
  - noOtherAlert: true   # { except: [YourAlert] } for what follows from the fault
`
}

/** The description of a system that is not ours. */
export function systemTemplate(name: string): string {
  return `name: ${name}                # what reports call the system

prometheus: http://127.0.0.1:9090
alertmanager: http://127.0.0.1:9093
# With a token: { url: http://127.0.0.1:9090, tokenFrom: PROMETHEUS_TOKEN }, the name of an environment variable.

services:
  web:                             # the name that drills and journeys use
    urls: ["http://127.0.0.1:3000"] # one for each replica; also https:// and tcp://
    health: /                      # answers 2xx when a replica is ready
    labels: { job: web }           # how Prometheus names its targets; without it: instance, by host and port
    process:                       # or: compose: { project: web, service: web }
      port: 3000                   # who listens there (Linux); or pidFile: run/web.pid
      start: [npm, start]          # program and arguments; no shell reads them. Relative to this file
      # stop: [systemctl, stop, web]   # without it SIGTERM, after 10 s SIGKILL
      # log: run/web.log               # what it prints when Firedrill has started it
`
}

function scalar(text: string): string {
  return stringify(text).trim()
}
