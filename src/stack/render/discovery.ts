import { type Context, hostPort, type Part } from '../part.ts'

/** How Prometheus finds what it scrapes: the entries of a scrape job that name its targets. Pure. */
export interface Discovery {
  /** The replicas of a part, with the labels `service`, `kind` and `instance`. */
  replicas(part: Part, context: Context): object
  /** What a probe asks from outside, with the labels `probed` and `instance`, handed to the prober as a parameter. */
  probes(module: ProbeModule, context: Context): object
  /** The control process, with the labels `service`, `kind` and `instance`. */
  control(context: Context): object
}

export type ProbeModule = 'http_2xx' | 'tcp_connect'

export const PROBER = 'blackbox-exporter'

/** From lists in files, which the runtime writes. */
export const fileDiscovery: Discovery = {
  replicas: ({ name }, context) => fromFile(name, context),
  probes: (module, context) => ({
    ...fromFile(`probe-${module}`, context),
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: hostPort(context.address(PROBER)) },
    ],
  }),
  control: (context) => ({
    static_configs: [
      {
        targets: [hostPort(context.address('control'))],
        labels: { service: 'control', kind: 'control', instance: 'control' },
      },
    ],
  }),
}

/** Path, relative to the configuration folder, of a job's targets. */
export function targetsFile(job: string): string {
  return `targets/${job}.json`
}

function fromFile(job: string, context: Context): object {
  return { file_sd_configs: [{ files: [context.file(targetsFile(job))] }] }
}
