/** Every benchmark, in the order of `npm run bench:all`. `quick`: options that shorten it to a few minutes at most. */
export const benchmarks = {
  services: { program: 'services/services', quick: ['--rounds', '4', '--pairs', '8'] },
  load: { program: 'load/load', quick: ['--seconds', '4'] },
  workers: { program: 'load/workers', quick: ['--seconds', '5'] },
  proxy: { program: 'proxy/proxy', quick: ['--rounds', '2', '--seconds', '1'] },
  responder: { program: 'responder/responder', quick: ['--deliveries', '2000', '--kills', '10'] },
  routes: { program: 'routes/routes', quick: ['--runs', '3'] },
  slo: { program: 'stack/slo', quick: ['--renders', '3', '--seconds', '20'] },
  footprint: { program: 'stack/footprint', quick: ['--starts', '2', '--seconds', '20'] },
  detection: { program: 'stack/detection', quick: ['--runs', '5', '--teaching', '0', '--quiet', '30'] },
  crowd: { program: 'stack/crowd', quick: ['--seconds', '15'] },
  console: { program: 'console/console', quick: ['--rounds', '3', '--minutes', '1', '--seconds', '8'] },
  faults: { program: 'faults/faults', quick: ['--rounds', '8', '--control', '1'] },
  guardian: { program: 'faults/guardian', quick: ['--seconds', '3'] },
  drills: { program: 'stack/drills', quick: ['--only', 'store-crash,quiet'] },
  soak: { program: 'stack/soak', quick: ['--seconds', '60'] },
  compose: { program: 'stack/compose', quick: ['--runs', '2'] },
} as const satisfies Record<string, { program: string; quick: readonly string[] }>
