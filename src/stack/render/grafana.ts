import { promDuration } from '../../base/units/duration.ts'
import type { Context } from '../part.ts'
import { USER } from '../password.ts'
import type { Profile } from '../profile.ts'
import { renderYaml } from './yaml.ts'

/** Uid of the provisioned datasource. It never changes: dashboards and links contain it. */
export const PROMETHEUS_UID = 'firedrill-prometheus'

/** Path, relative to the configuration folder, of a dashboard's JSON. */
export function dashboardFile(name: string): string {
  return `grafana/dashboards/${name}.json`
}

/**
 * grafana.ini: the admin's password is generated, and Grafana requests nothing from the internet. There is no anonymous access:
 * each viewer can query the data source freely, and Grafana would add Prometheus' password to the queries.
 */
export function renderGrafanaIni(context: Context): string {
  const { host, port } = context.listen()
  const data = context.volume('grafana')
  return renderIni({
    paths: {
      data,
      logs: `${data}/log`,
      plugins: `${data}/plugins`,
      provisioning: context.file('grafana/provisioning'),
    },
    server: { protocol: 'http', http_addr: host, http_port: port },
    security: {
      admin_user: 'admin',
      // Grafana reads the file itself, so the password is nowhere else.
      admin_password: `$__file{${context.secretFile('grafana')}}`,
      disable_gravatar: true,
    },
    'auth.anonymous': { enabled: false },
    users: { allow_sign_up: false, default_theme: 'system' },
    dashboards: {
      // The lab scrapes twice a second; Grafana's own limit is 5 s.
      min_refresh_interval: '1s',
      default_home_dashboard_path: context.file(dashboardFile('overview')),
    },
    // Prometheus and Alertmanager do the alerting.
    unified_alerting: { enabled: false },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    news: { news_feed_enabled: false },
    snapshots: { external_enabled: false },
    plugins: { plugin_admin_enabled: false, preinstall_disabled: true },
    log: { mode: 'console', level: 'warn' },
  })
}

/**
 * Prometheus under a uid that never changes. Not Alertmanager: no dashboard needs it, and every viewer of Grafana could silence
 * alerts through it.
 */
export function renderDatasources({ timing }: Profile, context: Context): string {
  return renderYaml({
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        name: 'Prometheus',
        uid: PROMETHEUS_UID,
        type: 'prometheus',
        access: 'proxy',
        orgId: 1,
        editable: false,
        url: context.url('prometheus'),
        basicAuth: true,
        basicAuthUser: USER,
        // As in grafana.ini: Grafana reads the file itself.
        secureJsonData: { basicAuthPassword: `$__file{${context.secretFile('prometheus')}}` },
        isDefault: true,
        jsonData: {
          // `$__rate_interval` is at least four of these.
          timeInterval: promDuration(timing.scrapeMs),
          httpMethod: 'POST',
          prometheusType: 'Prometheus',
          manageAlerts: false,
        },
      },
    ],
  })
}

/** Dashboards from files; changes in the browser can be saved only as another dashboard. */
export function renderDashboardProvider(context: Context): string {
  return renderYaml({
    apiVersion: 1,
    providers: [
      {
        name: 'firedrill',
        orgId: 1,
        folder: 'Firedrill',
        folderUid: 'firedrill',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 10,
        options: { path: context.file('grafana/dashboards') },
      },
    ],
  })
}

type Value = string | number | boolean

function renderIni(sections: Record<string, Record<string, Value>>): string {
  const blocks = Object.entries(sections).map(([section, values]) => {
    const lines = Object.entries(values).map(([key, value]) => `${key} = ${quoted(value)}\n`)
    return `[${section}]\n${lines.join('')}`
  })
  return `; Rendered by firedrill; change the source, not this file.\n${blocks.join('\n')}`
}

/** `#` and `;` would begin a comment, also within a path. */
function quoted(value: Value): string {
  const text = String(value)
  return /[#;]/.test(text) ? `\`${text}\`` : text
}
