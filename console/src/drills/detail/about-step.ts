import type { PlanView } from '../../../../src/api/contract/drills/drills.ts'
import { formatSeconds } from '../../format/format-seconds.ts'

/** With what a step is done, for how long at most, and how it is put back. */
export function aboutStep({ params, forMs, undo }: Pick<PlannedStep, 'params' | 'forMs' | 'undo'>): string {
  if (forMs === null) return `Undone: ${undo}`
  const given = Object.entries(params).flatMap(([name, value]) => (value === '' ? [] : `${name} ${String(value)}`))
  const lasts = `${formatSeconds(forMs)} at most`
  const facts = given.length === 0 ? `For ${lasts}` : `With ${given.join(', ')}, for ${lasts}`
  return `${facts}. Undone: ${undo}`
}

type PlannedStep = PlanView['steps'][number]
