import { memo } from 'react'
import type { Point } from '../feed/quotes-state.ts'
import { formatPrice } from '../format/format-price.ts'
import { sparklineShape } from './sparkline-shape.ts'

const BOX = { width: 120, height: 36, margin: 3 }

interface SparklineProps {
  points: Point[]
  /** Drawn as a dashed line where it lies within what is shown. */
  reference: number
}

/** A price's recent course. It has no colour of gain or loss: a change is counted from the last close, not from its left end. */
export const Sparkline = memo(function Sparkline({ points, reference }: SparklineProps) {
  const shape = sparklineShape(points, { ...BOX, reference })
  if (shape === undefined) return <span className="sparkline-none">no history yet</span>
  const prices = points.map(({ price }) => price)
  const label = `between ${formatPrice(Math.min(...prices))} and ${formatPrice(Math.max(...prices))} lately`
  const { width, height, margin } = BOX
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon className="sparkline-area" points={`${margin},${height} ${shape.line} ${width - margin},${height}`} />
      {shape.referenceY !== undefined && (
        <line
          className="sparkline-reference"
          x1={margin}
          x2={width - margin}
          y1={shape.referenceY}
          y2={shape.referenceY}
        />
      )}
      <polyline className="sparkline-line" points={shape.line} />
      {/* A line of no length: its round ends stay round however the box is stretched. */}
      <path className="sparkline-end" d={`M${shape.end.x} ${shape.end.y}h0`} />
    </svg>
  )
})
