import type { TimeSeries } from './chart.ts'
import { seriesColor } from './colors.ts'

/** The legend of a chart, which is also its text: each series with its last value and its highest. A row hides its series. */
export function SeriesTable({ label, series, format, hidden, onToggle }: SeriesTableProps) {
  if (series.length === 0) return null
  return (
    <div className="legend">
      <table>
        <caption className="hidden">{label}</caption>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col" className="number">
              Last
            </th>
            <th scope="col" className="number">
              Max
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map(({ name, values, color }, at) => {
            const { last, max } = figuresOf(values)
            return (
              <tr key={name} data-off={hidden.has(name) || undefined}>
                <th scope="row">
                  <button type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
                    <span className="swatch" style={{ background: color ?? seriesColor(at) }} aria-hidden="true" />
                    {name}
                  </button>
                </th>
                <td className="number">{last === undefined ? '–' : format(last)}</td>
                <td className="number">{max === undefined ? '–' : format(max)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface SeriesTableProps {
  label: string
  series: readonly TimeSeries[]
  format(value: number): string
  /** Names of the series that are not drawn. */
  hidden: ReadonlySet<string>
  onToggle(name: string): void
}

function figuresOf(values: readonly (number | null)[]): { last?: number; max?: number } {
  let last: number | undefined
  let max: number | undefined
  for (const value of values) {
    if (value === null) continue
    last = value
    if (max === undefined || value > max) max = value
  }
  return last === undefined || max === undefined ? {} : { last, max }
}
