import type { DrillView } from '../../../../src/api/contract/drills/drills.ts'
import { STAGE_NAMES } from '../../../../src/drills/journal/schema/stage-names.ts'
import { originOf, reachedAt, type Stage, type Story } from '../story/story.ts'

/** A stage in two runs. Times since the injection, in milliseconds; null where it was not reached. */
export interface StageDifference {
  name: Stage['name']
  thisMs: number | null
  otherMs: number | null
  differenceMs: number | null
  /** How runs that held are spread. */
  usual: Spread | undefined
  /** Whether this run is where runs that held have been: their range, and the fineness of the clock on both sides. */
  place: 'usual' | 'faster' | 'slower' | 'unknown'
}

export type Spread = DrillView['spread']['stages'][string]

/** Stage by stage, without `injected`, which is zero in both. */
export function compareStages(story: Story, other: Story, spread: Readonly<Record<string, Spread>>): StageDifference[] {
  return STAGE_NAMES.slice(1).flatMap((name): StageDifference[] => {
    const [thisMs, otherMs] = [sinceZero(story, name), sinceZero(other, name)]
    const usual = spread[name]
    if (thisMs === null && otherMs === null && usual === undefined) return []
    const differenceMs = thisMs === null || otherMs === null ? null : thisMs - otherMs
    return [{ name, thisMs, otherMs, differenceMs, usual, place: placeOf(thisMs, usual, resolutionOf(story, name)) }]
  })
}

/** Why times of two runs do not compare, or only with care. Clocks first: with others, other times are to be expected. */
export function settingDifferences(story: Story, other: Story): SettingDifference[] {
  const [a, b] = [settingsOf(story), settingsOf(other)]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => {
    const [thisText, otherText] = [a[name] ?? '–', b[name] ?? '–']
    return thisText === otherText ? [] : [{ name, thisText, otherText, isClock: name.startsWith('clock ') }]
  })
}

export interface SettingDifference {
  name: string
  thisText: string
  otherText: string
  isClock: boolean
}

/** Fewer runs than this have no spread to speak of. */
const FEWEST_RUNS = 3

function placeOf(thisMs: number | null, usual: Spread | undefined, resolutionMs: number): StageDifference['place'] {
  if (thisMs === null || usual === undefined || usual.count < FEWEST_RUNS) return 'unknown'
  if (thisMs > usual.maxMs + resolutionMs) return 'slower'
  return thisMs < usual.minMs - resolutionMs ? 'faster' : 'usual'
}

function sinceZero(story: Story, name: Stage['name']): number | null {
  const atMs = reachedAt(story.stages, name)
  return atMs === null ? null : atMs - originOf(story)
}

function resolutionOf({ stages }: Story, wanted: Stage['name']): number {
  return stages.find(({ name }) => name === wanted)?.resolutionMs ?? 0
}

function settingsOf({ profile, runtime, parameters, journal }: Story): Record<string, string> {
  const texts: [string, unknown][] = [
    ...Object.entries(journal?.timing ?? {}).map(([name, ms]): [string, unknown] => [`clock ${name}`, `${ms} ms`]),
    ['profile', profile],
    ['runtime', runtime],
    ['drill file (sha256)', journal?.drill.sha256.slice(0, 12)],
    ['users', journal?.load?.users],
    ['requests a second, planned', journal?.load?.ratePerSecondPlanned],
    ...Object.entries(parameters).map(([name, value]): [string, unknown] => [`parameter ${name}`, value]),
    ...Object.entries(journal?.versions ?? {}).map(([name, version]): [string, unknown] => [
      `version of ${name}`,
      version,
    ]),
  ]
  return Object.fromEntries(texts.flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]])))
}
