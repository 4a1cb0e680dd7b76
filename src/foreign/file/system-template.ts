/** A description of a foreign system to begin with, with comments. */
export function systemTemplate(name: string): string {
  return `name: ${name}                # what reports call the system
environment: lab                 # lab, staging or production; production requires the lines below
# abortWhen:                       # what ends a run at once: everything is lifted
#   - { metric: 'sum(rate(http_requests_total{status=~"5.."}[1m])) or vector(0)', is: "> 5" }
#   - { alert: CheckoutDown }
# maxDuration: 10m                 # the longest time that a run may do anything
# maxReplicas: 1                   # replicas that faults may hit at the same time
# onlyIf: budget > 20%             # what must be true before a run

prometheus: http://127.0.0.1:9090
alertmanager: http://127.0.0.1:9093
# With a token: { url: http://127.0.0.1:9090, tokenFrom: PROMETHEUS_TOKEN }, the name of an environment variable.
# On Kubernetes: { kubernetes: { context: lab, namespace: monitoring, service: prometheus-operated, port: web } }

services:
  web:                             # the name that drills and journeys use
    urls: ["http://127.0.0.1:3000"] # one for each replica; also https:// and tcp://
    health: /                      # answers 2xx when a replica is ready
    labels: { job: web }           # how Prometheus names its targets; without it: instance, by host and port
    process:                       # or: systemd: web.service, or: compose: { project: web, service: web },
                                   # or: kubernetes: { context: lab, namespace: shop, workload: deployment/web }
      port: 3000                   # who listens there (Linux); or pidFile: run/web.pid
      # is: { program: node }      # what is found there must be: also user and folder
      start: [npm, start]          # program and arguments; no shell reads them. Relative to this file
      # stop: [systemctl, stop, web]   # without it SIGTERM, after 10 s SIGKILL
      # log: run/web.log               # what it prints when Firedrill has started it
    # disk: data                   # a folder that the fault disk-fill may fill

# links:                           # connections that faults of the network harm: firedrill system proxy stands in them
#   web-db: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:5432" }
`
}
