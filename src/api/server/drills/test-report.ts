import type { RunReport } from '../../contract.ts'

/** A report of a run under test. */
export function reportOf(change: Partial<RunReport> = {}): RunReport {
  return {
    id: 'run-1',
    pid: 4711,
    position: { index: 0, count: 1 },
    drill: { name: 'store-crash', title: 'The store crashes', why: 'It may.', file: 'drills/store-crash.yaml' },
    startedAtMs: 1,
    atMs: 1,
    endedAtMs: null,
    phase: 'watch',
    phaseSinceMs: 1,
    zeroMs: null,
    seed: 1,
    busy: false,
    parameters: {},
    profile: 'lab',
    runtime: 'fake',
    lines: [{ atMs: 1, kind: 'started', text: 'started' }],
    load: null,
    gate: { clean: true, findings: [] },
    watchMs: 10_000,
    floor: null,
    stages: [],
    expectations: [],
    steps: [],
    faults: [],
    series: null,
    verdict: null,
    reasons: [],
    journal: null,
    ...change,
  }
}
