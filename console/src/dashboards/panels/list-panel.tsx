import { useMemo } from 'react'
import type { ListView } from '../../../../src/api/contract.ts'
import { unitFormat } from '../../format/format-unit.ts'
import { linkTo } from '../../shell/route.ts'
import { useAddress } from '../../shell/use-address.ts'
import { toneOf } from '../limits.ts'
import { lastOf, type PanelBodyProps } from './panel-body.ts'

/** A table of the last values, each with a bar as long as its share of the largest. A route leads to its own graphs. */
export function ListPanel({ panel, series }: PanelBodyProps & { panel: ListView }) {
  const { unit, decimals, limits, title } = panel
  const format = useMemo(() => unitFormat(unit, decimals), [unit, decimals])
  const labels = panel.columns.slice(0, -1)
  const rows = series.map((one) => ({ ...one, last: lastOf(one.values) ?? 0 }))
  const most = Math.max(...rows.map(({ last }) => Math.abs(last)), Number.MIN_VALUE)
  return (
    <div className="scroll-x">
      <table className="list">
        <caption className="hidden">{title}</caption>
        <thead>
          <tr>
            {labels.map((label) => (
              <th key={label} scope="col">
                {label.replace(/^sloth_/, '')}
              </th>
            ))}
            <th scope="col" className="number">
              {panel.columns.at(-1)}
            </th>
            <th scope="col">
              <span className="hidden">Share of the largest</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ labels: own, last }) => (
            <tr key={labels.map((label) => own[label]).join(' ')}>
              {labels.map((label) => (
                <td key={label}>
                  <Cell label={label} labels={own} />
                </td>
              ))}
              <td className="number" data-tone={toneOf(last, limits)}>
                {format(last)}
              </td>
              <td className="bar-cell">
                <span className="bar" style={{ width: `${(Math.abs(last) / most) * 100}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ label, labels }: { label: string; labels: Readonly<Record<string, string>> }) {
  const { query } = useAddress()
  const text = labels[label] ?? ''
  const { service, route } = labels
  if (label !== 'route' || service === undefined || route === undefined) return text
  const range = query.get('range') ?? undefined
  return <a href={linkTo('dashboards', ['endpoints'], { service, route, range })}>{text}</a>
}
