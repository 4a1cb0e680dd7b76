import { formatAge } from './format-age.ts'

/** How old a proof is, as a colour and in words. */
export function proofAge(atMs: number | undefined, nowMs: number): { level: ProofLevel; text: string } {
  if (atMs === undefined) return { level: 'never', text: 'never' }
  const ageMs = Math.max(0, nowMs - atMs)
  const level = LEVELS.find(({ withinMs }) => ageMs < withinMs)?.level ?? 'old'
  return { level, text: ageMs < 60_000 ? 'just now' : `${formatAge(ageMs)} ago` }
}

export type ProofLevel = 'fresh' | 'recent' | 'aging' | 'old' | 'never'

const DAY_MS = 86_400_000

const LEVELS: readonly { level: ProofLevel; withinMs: number }[] = [
  { level: 'fresh', withinMs: DAY_MS },
  { level: 'recent', withinMs: 7 * DAY_MS },
  { level: 'aging', withinMs: 30 * DAY_MS },
]

export const proofLevels: Readonly<Record<ProofLevel, string>> = {
  fresh: 'proven within a day',
  recent: 'within a week',
  aging: 'within 30 days',
  old: 'longer ago',
  never: 'never',
}
