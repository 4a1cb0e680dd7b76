import type { LoadBody } from '../../contract.ts'

/** The arguments of the `firedrill load` that a request asks for. Each value is an argument of its own: no shell reads them. */
export function loadArguments(body: LoadBody): string[] {
  const { journey, users, spawnRatePerSecond, level, ratePerSecond, shape, maxUsers, durationMs, seed } = body
  const values = {
    journey,
    level,
    users,
    'spawn-rate': spawnRatePerSecond,
    rate: ratePerSecond,
    shape,
    'max-users': maxUsers,
    duration: `${durationMs}ms`,
    seed,
  }
  return [
    'load',
    ...Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, plain(value)])),
    ...body.thresholds.flatMap((text) => ['--threshold', text]),
    ...(body.abortOnFail ? ['--abort-on-fail'] : []),
  ]
}

/** Never 1e-7 or 1e+21. */
function plain(value: string | number): string {
  return typeof value === 'string'
    ? value
    : value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 })
}
