import type { PanelLimits } from '../../../../src/api/contract.ts'
import { toneOf } from '../limits.ts'

/** A value on its scale, as half a ring: the thin ring outside shows where it turns worrying and bad. */
export function Gauge({ value, min, max, limits }: GaugeProps) {
  const at = (one: number) => Math.min(1, Math.max(0, (one - min) / (max - min)))
  const edges = [min, ...[limits?.warn, limits?.bad].filter((one) => one !== undefined).sort((a, b) => a - b), max]
  return (
    <svg className="gauge" viewBox="0 0 120 64" aria-hidden="true">
      <path className="gauge-track" d={arc(44, 0, 1)} />
      <path className="gauge-value" data-tone={toneOf(value, limits)} d={arc(44, 0, at(value))} />
      {edges.slice(1).map((to, index) => {
        const from = edges[index] ?? min
        return (
          <path
            key={to}
            className="gauge-limit"
            data-tone={toneOf((from + to) / 2, limits)}
            d={arc(55, at(from), at(to))}
          />
        )
      })}
    </svg>
  )
}

interface GaugeProps {
  value: number
  min: number
  max: number
  limits: PanelLimits | undefined
}

/** A part of the upper half of a circle, from left (0) to right (1). */
function arc(radius: number, from: number, to: number): string {
  const point = (share: number) => {
    const angle = Math.PI * (1 - share)
    return `${(60 + radius * Math.cos(angle)).toFixed(2)} ${(60 - radius * Math.sin(angle)).toFixed(2)}`
  }
  return `M ${point(from)} A ${radius} ${radius} 0 0 1 ${point(to)}`
}
