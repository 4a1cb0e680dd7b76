import type { JourneysView } from '../../../../src/api/contract.ts'
import { type LoadForm, parseDuration } from './load-form.ts'

/** The load that a form asks for, drawn over its time: users, or the rate of arrivals. */
export function PlanPicture({ form, shapes }: { form: LoadForm; shapes: JourneysView['shapes'] }) {
  const corners = cornersOf(form, shapes)
  const points = corners.map(
    ([time = 0, height = 0]) => `${(time * WIDTH).toFixed(1)},${(HEIGHT - height * (HEIGHT - 8)).toFixed(1)}`,
  )
  const highest = form.model === 'rate' ? `${form.rate}/s` : `${form.users} users`
  return (
    <figure className="plan-picture">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} className="plan-area" />
        <polyline points={points.join(' ')} className="plan-line" />
      </svg>
      <figcaption className="sub">
        <span>{highest} at most</span>
        <span className="number">{form.duration}</span>
      </figcaption>
    </figure>
  )
}

const WIDTH = 400
const HEIGHT = 90

/** Corners of the line: shares of the time, and of the highest value. */
function cornersOf(form: LoadForm, shapes: JourneysView['shapes']): (readonly number[])[] {
  if (form.model === 'rate') return shapes.find(({ name }) => name === form.shape)?.outline ?? []
  const seconds = (parseDuration(form.duration) ?? 60_000) / 1_000
  const started = Number(form.users) / Number(form.spawn) / seconds
  const share = Number.isFinite(started) ? Math.min(1, Math.max(0, started)) : 0
  return [
    [0, 0],
    [share, 1],
    [1, 1],
  ]
}
