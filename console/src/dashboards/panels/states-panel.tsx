import { useCallback, useMemo } from 'react'
import type { StatesView } from '../../../../src/api/contract.ts'
import { StatesChart } from '../../charts/states-chart.tsx'
import { CURSOR_GROUP, type PanelBodyProps, timesOf } from './panel-body.ts'

/** States over time, and what their colours stand for. */
export function StatesPanel({ panel, data, series, onZoom }: PanelBodyProps & { panel: StatesView }) {
  const { states, title } = panel
  const timesMs = useMemo(() => timesOf(data), [data])
  const bands = useMemo(() => data.marks.map(({ kind, ...mark }) => ({ ...mark, tone: kind })), [data])
  const stateOf = useCallback((value: number) => states[String(value)], [states])
  return (
    <>
      <StatesChart
        label={title}
        timesMs={timesMs}
        rows={series}
        stateOf={stateOf}
        fromMs={data.fromMs}
        toMs={data.toMs}
        bands={bands}
        group={CURSOR_GROUP}
        onZoom={onZoom}
      />
      <ul className="states-legend" aria-label="Colours">
        {Object.entries(states).map(([value, { text, color }]) => (
          <li key={value}>
            <span className="state-swatch" data-color={color} aria-hidden="true" />
            {text}
          </li>
        ))}
      </ul>
    </>
  )
}
