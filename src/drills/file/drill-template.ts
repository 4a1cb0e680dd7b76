import { stringify } from 'yaml'

/** A drill for the stack to begin with, with comments; it holds as it is. */
export function drillTemplate(title: string): string {
  return `title: ${scalar(title)}
why: What it would mean if this drill deviated.

# True while all is well: checked before the run, which otherwise proves nothing, and again after it.
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
    for: 30s             # lifted after this time, also when this command is killed

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

function scalar(text: string): string {
  return stringify(text).trim()
}
