import { promDuration } from '../../base/units/duration.ts'
import { type Context, hostPort, type Part, type SecretName } from '../part.ts'
import { USER } from '../password.ts'
import type { Profile, Timing } from '../profile.ts'
import type { StackSettings } from '../settings.ts'
import { type Discovery, PROBER, type ProbeModule } from './discovery.ts'
import { remoteWriteConfig } from './remote-write.ts'
import { renderYaml } from './yaml.ts'

/** prometheus.yml: a job for each part with metrics, and the blackbox probes. */
export function renderPrometheus(
  parts: readonly Part[],
  { profile, settings, discovery }: { profile: Profile; settings: StackSettings; discovery: Discovery },
  context: Context,
): string {
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
    ...remoteWriteConfig(settings, timing, context),
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
          ...discovery.replicas(part, context),
        }
      }),
      {
        job_name: 'control',
        // The users' figures stand beside the services' counters, and so are scraped as often.
        scrape_interval: scrape,
        scrape_timeout: scrape,
        // Its figures about faults are about other services and replicas than itself.
        honor_labels: true,
        ...discovery.control(context),
      },
      ...(['http_2xx', 'tcp_connect'] as const).map((module) => ({
        ...probeJob(module, timing),
        ...loginTo(PROBER),
        params: { module: [module] },
        ...discovery.probes(module, context),
      })),
    ],
  })
}

/** Probes from outside: the exporter is scraped with the address to probe as a parameter. */
function probeJob(module: ProbeModule, { exporterScrapeMs }: Timing): object {
  return {
    job_name: `probe-${module}`,
    scrape_interval: promDuration(exporterScrapeMs),
    scrape_timeout: promDuration(exporterScrapeMs),
    metrics_path: '/probe',
  }
}

function login(secret: SecretName, context: Context) {
  return { basic_auth: { username: USER, password_file: context.secretFile(secret) } }
}

/** Where faults put rules of their own, beside the targets: the only folder of Prometheus that changes while it runs. */
export function extraRulesFile(name: string): string {
  return `targets/${name}.rules.yml`
}
