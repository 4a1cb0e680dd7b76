import { useMemo } from 'react'
import type { FigureView, SeriesView } from '../../../../src/api/contract.ts'
import { unitFormat } from '../../format/format-unit.ts'
import { toneOf } from '../limits.ts'
import { Gauge } from './gauge.tsx'
import { lastOf, type PanelBodyProps } from './panel-body.ts'
import { Spark } from './spark.tsx'

/** The last value of each series, large, over its course; on a scale where it has both ends. */
export function FigurePanel({ panel, series }: PanelBodyProps & { panel: FigureView }) {
  const { unit, decimals } = panel
  const format = useMemo(() => unitFormat(unit, decimals), [unit, decimals])
  return (
    <dl className="figures" data-many={series.length > 1 || undefined}>
      {series.map((one) => (
        <Figure key={one.name} panel={panel} series={one} format={format} isNamed={series.length > 1} />
      ))}
    </dl>
  )
}

interface FigureProps {
  panel: FigureView
  series: SeriesView
  format(value: number): string
  isNamed: boolean
}

function Figure({ panel: { min, max, limits, title }, series: { name, values }, format, isNamed }: FigureProps) {
  const last = lastOf(values)
  const tone = last === undefined ? undefined : toneOf(last, limits)
  const word = tone === undefined ? undefined : WORDS[tone]
  return (
    <div className="figure" data-tone={tone}>
      <dt className={isNamed ? 'figure-name' : 'hidden'}>{isNamed ? name : title}</dt>
      <dd className="figure-value">
        {last === undefined ? '–' : format(last)}
        {word !== undefined && <span className="hidden"> ({word})</span>}
      </dd>
      {min !== undefined && max !== undefined && last !== undefined ? (
        <Gauge value={last} min={min} max={max} limits={limits} />
      ) : (
        <Spark values={values} />
      )}
    </div>
  )
}

/** What the colour says. */
const WORDS = { good: 'well', wait: 'worrying', bad: 'bad' } as const
