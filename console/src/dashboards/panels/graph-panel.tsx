import { useMemo } from 'react'
import type { GraphView } from '../../../../src/api/contract.ts'
import { TimeChart } from '../../charts/time-chart.tsx'
import { unitFormat } from '../../format/format-unit.ts'
import { limitLines } from '../limits.ts'
import { CURSOR_GROUP, type PanelBodyProps, timesOf } from './panel-body.ts'

/** Series over time, faults and alerts behind them, limits across them. */
export function GraphPanel({ panel, data, series, isAlone, onZoom }: PanelBodyProps & { panel: GraphView }) {
  const { unit, decimals, stacked, min, max, limits, title } = panel
  const format = useMemo(() => unitFormat(unit, decimals), [unit, decimals])
  const timesMs = useMemo(() => timesOf(data), [data])
  const bands = useMemo(() => data.marks.map(({ kind, ...mark }) => ({ ...mark, tone: kind })), [data])
  const isBinary = unit === 'bytes' || unit === 'binBps'
  return (
    <TimeChart
      label={title}
      timesMs={timesMs}
      series={series}
      format={format}
      fromMs={data.fromMs}
      toMs={data.toMs}
      bands={bands}
      limits={limitLines(limits)}
      height={isAlone ? 420 : 200}
      group={CURSOR_GROUP}
      onZoom={onZoom}
      {...(isBinary && { increments: POWERS_OF_TWO })}
      {...(stacked && { stacked })}
      {...(min !== undefined && { min })}
      {...(max !== undefined && { max })}
    />
  )
}

/** From a byte to an exbibyte: a scale in KiB and MiB has whole numbers only on these. */
const POWERS_OF_TWO = Array.from({ length: 61 }, (_, exponent) => 2 ** exponent)
