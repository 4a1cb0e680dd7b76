import type { CommandTable } from './program.ts'

/** Every command, in the order of --help. Each is loaded when it is asked for: a service starts half a second sooner. */
export const commands = {
  up: async () => (await import('./stack/up.ts')).addUp,
  status: async () => (await import('./stack/status.ts')).addStatus,
  open: async () => (await import('./stack/open.ts')).addOpen,
  ls: async () => (await import('./drills/ls.ts')).addLs,
  run: async () => (await import('./drills/run.ts')).addRun,
  drill: async () => (await import('./drills/drill.ts')).addDrill,
  report: async () => (await import('./drills/report.ts')).addReport,
  coverage: async () => (await import('./drills/coverage.ts')).addCoverage,
  baseline: async () => (await import('./drills/baseline.ts')).addBaseline,
  load: async () => (await import('./drills/load.ts')).addLoad,
  fault: async () => (await import('./drills/fault.ts')).addFault,
  halt: async () => (await import('./stack/halt.ts')).addHalt,
  incidents: async () => (await import('./stack/incidents.ts')).addIncidents,
  maintenance: async () => (await import('./stack/maintenance.ts')).addMaintenance,
  logs: async () => (await import('./stack/logs.ts')).addLogs,
  down: async () => (await import('./stack/down.ts')).addDown,
  doctor: async () => (await import('./stack/doctor.ts')).addDoctor,
  init: async () => (await import('./drills/init.ts')).addInit,
  system: async () => (await import('./drills/system.ts')).addSystem,
  receive: async () => (await import('./drills/receive.ts')).addReceive,
  routes: async () => (await import('./rules/routes.ts')).addRoutes,
  lint: async () => (await import('./rules/lint.ts')).addLint,
  render: async () => (await import('./stack/render.ts')).addRender,
  slo: async () => (await import('./rules/slo.ts')).addSlo,
  serve: async () => (await import('./stack/serve.ts')).serveWith(inContainers),
} as const satisfies CommandTable

async function inContainers() {
  const [{ inCompose }, { inKubernetes }] = await Promise.all([
    import('./stack/serve-in-compose.ts'),
    import('./stack/serve-in-kubernetes.ts'),
  ])
  return { ...inCompose, ...inKubernetes }
}
