import { promDuration } from '../../base/units/duration.ts'
import { type Context, hostPort, type Part, type SecretName } from '../part.ts'
import { USER } from '../password.ts'
import type { Profile, Timing } from '../profile.ts'
import { renderYaml } from './yaml.ts'

/** prometheus.yml: a job for each part with metrics, and the blackbox probes. Targets are listed in files that the runtime writes. */
export function renderPrometheus(parts: readonly Part[], profile: Profile, context: Context): string {
  const { timing } = profile
  const scrape = promDuration(timing.scrapeMs)
  const loginTo = (name: string) => {
    const secret = parts.find((part) => part.name === name)?.password
    return secret === undefined ? {} : login(secret, context)
  }
  return renderYaml({
    global: {
      scrape_interval: scrape,
      scrape_timeout: scrape,
      evaluation_interval: promDuration(timing.evaluationMs),
    },
    rule_files: ['rules/firedrill.yml', 'rules/slo.yml', extraRulesFile('*')].map((name) => context.file(name)),
    alerting: {
      alertmanagers: [
        { static_configs: [{ targets: [hostPort(context.address('alertmanager'))] }], ...loginTo('alertmanager') },
      ],
    },
    scrape_configs: [
      ...parts.flatMap((part) => {
        if (part.metrics === undefined) return []
        const every = promDuration(timing[part.metrics.every])
        return {
          job_name: part.name,
          scrape_interval: every,
          scrape_timeout: every,
          metrics_path: part.metrics.path,
          ...loginTo(part.name),
          file_sd_configs: [{ files: [context.file(targetsFile(part.name))] }],
        }
      }),
      {
        job_name: 'control',
        // The users' figures stand beside the services' counters, and so are scraped as often.
        scrape_interval: scrape,
        scrape_timeout: scrape,
        // Its figures about faults are about other services and replicas than itself.
        honor_labels: true,
        static_configs: [
          {
            targets: [hostPort(context.address('control'))],
            labels: { service: 'control', kind: 'control', instance: 'control' },
          },
        ],
      },
      ...(['http_2xx', 'tcp_connect'] as const).map((module) =>
        probeJob(module, { timing, login: loginTo('blackbox-exporter') }, context),
      ),
    ],
  })
}

/** Probes from outside: the exporter is scraped with the address to probe as a parameter. */
function probeJob(module: string, { timing, login }: { timing: Timing; login: object }, context: Context): object {
  return {
    job_name: `probe-${module}`,
    scrape_interval: promDuration(timing.exporterScrapeMs),
    scrape_timeout: promDuration(timing.exporterScrapeMs),
    metrics_path: '/probe',
    ...login,
    params: { module: [module] },
    file_sd_configs: [{ files: [context.file(targetsFile(`probe-${module}`))] }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: hostPort(context.address('blackbox-exporter')) },
    ],
  }
}

function login(secret: SecretName, context: Context) {
  return { basic_auth: { username: USER, password_file: context.secretFile(secret) } }
}

/** Where faults put rules of their own, beside the targets: the only folder of Prometheus that changes while it runs. */
export function extraRulesFile(name: string): string {
  return `targets/${name}.rules.yml`
}

/** Path, relative to the configuration folder, of a job's targets. */
export function targetsFile(job: string): string {
  return `targets/${job}.json`
}
