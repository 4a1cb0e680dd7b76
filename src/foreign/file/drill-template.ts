import { stringify } from 'yaml'
import { usageErrors } from '../../base/usage-errors.ts'
import { formatLabels } from '../../probes/prometheus.ts'
import { isProbed } from './foreign-names.ts'
import type { ForeignService, ForeignSystem } from './foreign-system.ts'

/** A drill for a foreign system to begin with: it harms the first service that can be harmed. @throws FD_USAGE when there is no such service */
export function foreignDrillTemplate(title: string, { file, services }: ForeignSystem): string {
  const service = services.find(({ run }) => run.kind !== 'unknown')
  if (service === undefined) {
    throw usageErrors.error('FD_USAGE', {
      message: 'none of the services can be killed',
      where: file,
      expected: 'a service with `process`, `systemd`, `compose` or `kubernetes`',
      next: 'docs/foreign-systems.md says how a process is named',
    })
  }
  const { name, health } = service
  const probe = isProbed(service)
    ? `  - http: ${name}
    path: ${scalar(health ?? '/')}
`
    : `  - metric: ${scalar(upOf(service))}    # as your Prometheus names it
    is: "== 1"
`
  return `title: ${scalar(title)}
why: What it would mean if this drill deviated.

# True while all is well: checked before the run, which otherwise proves nothing, and again after it.
steadyState:
${probe}
load: none               # or: { journey: ./my-journey.js, users: 5, spawnRate: 5 }; docs/load.md

method:
  - at: 1s
    fault: ${faultFor(service)}
    target: ${name}
    for: 30s             # lifted after this time, also when this command is killed

# Every \`within\` counts from the first step. An alert takes at least a scrape, an evaluation of its rule and its \`for\`.
expectations:
  # - alert: YourAlert   # the one that must fire, as your rules name it; --dry-run says how fast it can
  #   within: 2m
  - steady: true         # the steady state is back, and stays
    within: 1m
  - noOtherAlert: true   # { except: [YourAlert] } for what follows from the fault
`
}

function upOf({ name, labels = { job: name } }: ForeignService): string {
  return `min(up${formatLabels(labels)})`
}

function faultFor({ run }: ForeignService): string {
  return run.kind === 'kubernetes'
    ? 'crash         # crash, lose, drain, scale, restart, bad-image; docs/kubernetes-faults.md has more'
    : 'kill          # kill, stop, restart, pause, crash-loop, cpu, memory; docs/foreign-faults.md has more'
}

function scalar(text: string): string {
  return stringify(text).trim()
}
