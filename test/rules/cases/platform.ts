import type { RuleCases, Samples } from '../case.ts'

const minute = 60_000
const host = (idle: number) => (s: Samples) => ({
  'node_cpu_seconds_total{instance="node-exporter-1",cpu="0",mode="idle"}': s.perSecond(idle),
  'node_cpu_seconds_total{instance="node-exporter-1",cpu="1",mode="idle"}': s.perSecond(idle),
})
const memory = (available: number) => (s: Samples) => ({
  'node_memory_MemAvailable_bytes{instance="node-exporter-1"}': s.always(available),
  'node_memory_MemTotal_bytes{instance="node-exporter-1"}': s.always(1_000),
})
const prometheus = { service: 'prometheus', instance: 'prometheus-1' }
const ofControl = 'service="control",instance="control"'
const own = 'service="prometheus",instance="prometheus-1"'

export const platformCases = {
  HostHighCPU: {
    fires: { series: host(0.049), atMs: 15 * minute, labels: { instance: 'node-exporter-1' } },
    quiet: { series: host(0.051), atMs: 40 * minute },
  },
  HostLowMemory: {
    fires: { series: memory(99), atMs: 2 * minute, labels: { instance: 'node-exporter-1' } },
    quiet: { series: memory(100), atMs: 10 * minute },
  },
  'StackDiskFull low': {
    fires: {
      series: (s) => ({ [`firedrill_trouble{${ofControl},kind="disk"}`]: s.until(minute, 0, 1) }),
      atMs: minute,
      labels: { service: 'control', instance: 'control', kind: 'disk' },
    },
    quiet: {
      series: (s) => ({
        [`firedrill_trouble{${ofControl},kind="disk"}`]: s.always(0),
        [`firedrill_trouble{${ofControl},kind="files"}`]: s.always(1),
      }),
      atMs: minute,
    },
  },
  'StackDiskFull nothing-stored': {
    fires: { series: () => ({}), atMs: 5 * minute, labels: { kind: 'disk' } },
    quiet: { series: () => ({}), atMs: 4.75 * minute },
  },
  ControlTroubled: {
    fires: {
      series: (s) => ({ [`firedrill_trouble{${ofControl},kind="descriptors"}`]: s.until(minute, 0, 1) }),
      atMs: minute,
      labels: { service: 'control', instance: 'control', kind: 'descriptors' },
    },
    quiet: {
      series: (s) => ({
        [`firedrill_trouble{${ofControl},kind="files"}`]: s.always(0),
        [`firedrill_trouble{${ofControl},kind="disk"}`]: s.always(1),
      }),
      atMs: minute,
    },
  },
  Watchdog: {
    fires: { series: () => ({}), atMs: 0 },
    quiet: 'never',
  },
  AlertmanagerDown: {
    fires: {
      series: (s) => ({ 'up{service="alertmanager",instance="alertmanager-1"}': s.until(minute, 1, 0) }),
      atMs: 2 * minute,
      labels: { service: 'alertmanager', instance: 'alertmanager-1' },
    },
    quiet: {
      series: (s) => ({ 'up{service="alertmanager",instance="alertmanager-1"}': s.until(minute, 1, 0) }),
      atMs: 1.75 * minute,
    },
  },
  ExporterDown: {
    fires: {
      series: (s) => ({ 'up{service="node-exporter",instance="node-exporter-1"}': s.until(minute, 1, 0) }),
      atMs: 2 * minute,
      labels: { service: 'node-exporter', instance: 'node-exporter-1' },
    },
    quiet: {
      series: (s) => ({ 'up{service="node-exporter",instance="node-exporter-1"}': s.until(minute, 1, 0) }),
      atMs: 1.75 * minute,
    },
  },
  PrometheusNotificationsFailing: {
    fires: {
      series: (s) => ({ [`prometheus_notifications_errors_total{${own}}`]: s.perMinute(1) }),
      atMs: 5 * minute,
      labels: prometheus,
    },
    quiet: {
      series: (s) => ({
        [`prometheus_notifications_errors_total{${own}}`]: s.always(7),
        [`prometheus_notifications_dropped_total{${own}}`]: s.always(0),
      }),
      atMs: 5 * minute,
    },
  },
  PrometheusRuleFailures: {
    fires: {
      series: (s) => ({ [`prometheus_rule_evaluation_failures_total{${own},rule_group="a"}`]: s.perMinute(1) }),
      atMs: 5 * minute,
      labels: prometheus,
    },
    quiet: {
      series: (s) => ({ [`prometheus_rule_evaluation_failures_total{${own},rule_group="a"}`]: s.always(3) }),
      atMs: 5 * minute,
    },
  },
  PrometheusRuleEvaluationsMissed: {
    fires: {
      series: (s) => ({
        [`prometheus_rule_group_iterations_total{${own},rule_group="a"}`]: s.perMinute(100),
        [`prometheus_rule_group_iterations_missed_total{${own},rule_group="a"}`]: s.perMinute(21),
        // That nine others keep up does not help those who wait for this one.
        [`prometheus_rule_group_iterations_total{${own},rule_group="b"}`]: s.perMinute(900),
        [`prometheus_rule_group_iterations_missed_total{${own},rule_group="b"}`]: s.always(0),
      }),
      atMs: 10 * minute,
      labels: { ...prometheus, rule_group: 'a' },
    },
    quiet: {
      series: (s) => ({
        [`prometheus_rule_group_iterations_total{${own},rule_group="a"}`]: s.perMinute(100),
        [`prometheus_rule_group_iterations_missed_total{${own},rule_group="a"}`]: s.perMinute(20),
      }),
      atMs: 30 * minute,
    },
  },
  ConfigReloadFailed: {
    fires: {
      series: (s) => ({ [`prometheus_config_last_reload_successful{${own}}`]: s.until(minute, 1, 0) }),
      atMs: minute,
      labels: prometheus,
    },
    quiet: {
      series: (s) => ({ [`prometheus_config_last_reload_successful{${own}}`]: s.until(minute, 1, 0) }),
      atMs: 0.75 * minute,
    },
  },
  AlertmanagerNotificationsFailing: {
    fires: {
      series: (s) => ({
        'alertmanager_notifications_failed_total{service="alertmanager",instance="alertmanager-1",integration="slack"}':
          s.perMinute(0.5),
      }),
      atMs: 5 * minute,
      labels: { service: 'alertmanager', instance: 'alertmanager-1', integration: 'slack' },
    },
    quiet: {
      series: (s) => ({
        'alertmanager_notifications_failed_total{service="alertmanager",instance="alertmanager-1",integration="slack"}':
          s.always(4),
      }),
      atMs: 5 * minute,
    },
  },
} as const satisfies Record<string, RuleCases>
