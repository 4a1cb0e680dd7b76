import type { CommandTable } from './program.ts'

/** Every command, in the order of --help. Each is loaded when it is asked for: a service starts half a second sooner. */
export const commands = {
  up: async () => (await import('./up.ts')).addUp,
  status: async () => (await import('./status.ts')).addStatus,
  open: async () => (await import('./open.ts')).addOpen,
  ls: async () => (await import('./ls.ts')).addLs,
  run: async () => (await import('./run.ts')).addRun,
  drill: async () => (await import('./drill.ts')).addDrill,
  report: async () => (await import('./report.ts')).addReport,
  coverage: async () => (await import('./coverage.ts')).addCoverage,
  baseline: async () => (await import('./baseline.ts')).addBaseline,
  load: async () => (await import('./load.ts')).addLoad,
  fault: async () => (await import('./fault.ts')).addFault,
  halt: async () => (await import('./halt.ts')).addHalt,
  incidents: async () => (await import('./incidents.ts')).addIncidents,
  maintenance: async () => (await import('./maintenance.ts')).addMaintenance,
  logs: async () => (await import('./logs.ts')).addLogs,
  down: async () => (await import('./down.ts')).addDown,
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  init: async () => (await import('./init.ts')).addInit,
  system: async () => (await import('./system.ts')).addSystem,
  lint: async () => (await import('./lint.ts')).addLint,
  render: async () => (await import('./render.ts')).addRender,
  slo: async () => (await import('./slo.ts')).addSlo,
  serve: async () =>
    (await import('./serve.ts')).serveWith(async () => (await import('./serve-in-compose.ts')).inCompose),
} as const satisfies CommandTable
