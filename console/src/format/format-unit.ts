import type { FigureView } from '../../../src/api/contract.ts'

/** Unit of a panel, under Grafana's name. */
export type Unit = FigureView['unit']

/** Writes values of a unit for people: "84.2 ms", "12.3 %", "1.5 GiB", "42 req/s". `decimals`: of the number; default: three digits. */
export function unitFormat(unit: Unit, decimals?: number): (value: number) => string {
  return (value) => {
    const { divisor, suffix } = scaleOf(unit, Math.abs(value))
    return `${formatNumber(value / divisor, decimals)}${suffix}`
  }
}

interface Scale {
  divisor: number
  suffix: string
}

/** From small to large: what is at least `from` is written with this divisor and suffix. */
type Scales = readonly (Scale & { from: number })[]

const KIB = 1_024
const binary = (suffix: string): Scales => [
  { from: 0, divisor: 1, suffix: ` B${suffix}` },
  { from: KIB, divisor: KIB, suffix: ` KiB${suffix}` },
  { from: KIB ** 2, divisor: KIB ** 2, suffix: ` MiB${suffix}` },
  { from: KIB ** 3, divisor: KIB ** 3, suffix: ` GiB${suffix}` },
  { from: KIB ** 4, divisor: KIB ** 4, suffix: ` TiB${suffix}` },
]
const decimal = (suffix: string): Scales => [
  { from: 0, divisor: 1, suffix },
  { from: 1e5, divisor: 1e3, suffix: ` k${suffix}` },
  { from: 1e6, divisor: 1e6, suffix: ` M${suffix}` },
  { from: 1e9, divisor: 1e9, suffix: ` G${suffix}` },
]

const SCALES: Readonly<Record<Unit, Scales>> = {
  none: decimal(''),
  percentunit: [{ from: 0, divisor: 0.01, suffix: ' %' }],
  s: [
    { from: 0, divisor: 1e-6, suffix: ' µs' },
    { from: 1e-3, divisor: 1e-3, suffix: ' ms' },
    { from: 1, divisor: 1, suffix: ' s' },
    { from: 60, divisor: 60, suffix: ' min' },
    { from: 3_600, divisor: 3_600, suffix: ' h' },
    { from: 86_400, divisor: 86_400, suffix: ' d' },
  ],
  bytes: binary(''),
  binBps: binary('/s'),
  reqps: decimal(' req/s'),
  ops: decimal(' ops/s'),
  cps: decimal(' /s'),
  wps: decimal(' rows/s'),
}

function scaleOf(unit: Unit, size: number): Scale {
  const scales = SCALES[unit]
  // Nothing has no size: it is written in the plain unit.
  if (size === 0) return scales.find(({ divisor }) => divisor === 1) ?? scales[0] ?? { divisor: 1, suffix: '' }
  return scales.findLast(({ from }) => size >= from) ?? { divisor: 1, suffix: '' }
}

const formats = new Map<string, Intl.NumberFormat>()

function formatNumber(value: number, decimals: number | undefined): string {
  const size = Math.abs(value)
  const most = decimals ?? (size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)
  const key = `${decimals === undefined ? 'most' : 'exactly'} ${most}`
  const format =
    formats.get(key) ??
    new Intl.NumberFormat('en', { maximumFractionDigits: most, minimumFractionDigits: decimals ?? 0 })
  formats.set(key, format)
  return format
    .format(value)
    .replace(/^-(?=[0.,]*$)/, '')
    .replace('-', '−')
}
