import type { Suppression } from '../../../probes/alertmanager.ts'
import { whyMuted } from '../../../routing/mute.ts'
import { exactLabels } from '../../../routing/possible-labels.ts'
import { routesOf } from '../../../routing/routes-of.ts'
import type { Route } from '../../../routing/routing.ts'
import type { RunClocks } from '../../clocks/floor.ts'
import type { Observations, SeenHeldAlert } from '../observations.ts'
import type { AlertsBefore } from './alerts-before.ts'
import { suppressionText } from './suppression.ts'

/** One route that an alert takes, and whether somebody is notified by it. */
export interface Sending {
  receiver: string
  groupWaitMs: number
  /** When the notification is due, in epoch milliseconds: the first one that nothing holds back, else the first of all. */
  dueAtMs: number
  /** Since when it has been as it is then, held back or not, in epoch milliseconds. */
  sinceMs: number
  /** By what Alertmanager holds it back then; missing: nothing does. */
  heldBack?: Suppression | undefined
  /** Why nobody is notified by it. */
  silent: string | undefined
  /** It was held back when the first one was due. */
  isLate?: true
}

/** What decides when an alert is sent: the clocks of its routes, and what was seen up to now. */
export interface SendingLook extends Pick<RunClocks, 'routing' | 'timing'> {
  nowMs: number
  observations: Pick<Observations, 'silences'>
}

/** Where Alertmanager sends an alert: as it says itself, with the waits and the muted times of the routes that lead there. */
export function sendingsOf(held: SeenHeldAlert, look: SendingLook): Sending[] {
  const { routing, timing } = look
  const routes = routing === undefined ? [] : routesOf(routing.root, exactLabels(held.labels)).map(({ route }) => route)
  const names = new Set(held.receivers ?? routes.map(({ receiver }) => receiver))
  return [...names].flatMap((receiver) => {
    const leading = routes.filter((route) => route.receiver === receiver)
    return leading.length === 0
      ? [sendingBy({ receiver, ...timing }, held, look)]
      : leading.map((route) => sendingBy(route, held, look))
  })
}

/** What Alertmanager made of an alert: one of the two. */
export interface Passage {
  /** Since when it lets it through, in epoch milliseconds. */
  atMs?: number | undefined
  /** By what it holds it back at each moment at which a notification is due. */
  heldBack?: Suppression | undefined
}

export function passageOf(held: SeenHeldAlert, look: SendingLook): Passage {
  const known = sendingsOf(held, look)
  const sendings = known.length > 0 ? known : [sendingBy({ receiver: '', ...look.timing }, held, look)]
  const passed = sendings.filter(({ heldBack }) => heldBack === undefined)
  if (passed.length === 0) return { heldBack: sendings[0]?.heldBack }
  return { atMs: Math.min(...passed.map(({ sinceMs }) => sinceMs)) }
}

/** Whether only silences hold it back. */
export function isSilenced(heldBack: Suppression | undefined): boolean {
  if (heldBack === undefined || heldBack.inhibitedBy.length + heldBack.mutedBy.length > 0) return false
  return heldBack.silencedBy.length > 0
}

/** Whether only silences hold it back that were set in the middle of the run. */
export function isNewlySilenced(heldBack: Suppression | undefined, before: Pick<AlertsBefore, 'silences'>): boolean {
  const isNew = (id: string) => !before.silences.some((silence) => silence.id === id)
  return isSilenced(heldBack) && heldBack?.silencedBy.every(isNew) === true
}

type SendingRoute = Pick<Route, 'receiver' | 'groupWaitMs' | 'groupIntervalMs'> &
  Partial<Pick<Route, 'mutedIn' | 'activeIn'>>

function sendingBy(route: SendingRoute, held: SeenHeldAlert, look: SendingLook): Sending {
  const { receiver, groupWaitMs } = route
  const toSending = (dueAtMs: number): Sending => {
    const { sinceMs, heldBack } = stateAt(held, dueAtMs)
    const silent = mutedAt(route, look, dueAtMs) ?? whyNotSent({ ...held, heldBack }, dueAtMs, look)
    return { receiver, groupWaitMs, dueAtMs, sinceMs, heldBack, silent }
  }
  const first = toSending(held.updatedAtMs + groupWaitMs)
  if (first.silent === undefined) return first
  return (
    laterFlushes(route, held, look)
      .map((atMs): Sending => ({ ...toSending(atMs), isLate: true }))
      .find(({ silent }) => silent === undefined) ?? first
  )
}

/**
 * When a group is looked at again after its first notification was due, in epoch milliseconds: of these moments the first after each
 * change of what holds the alert back, up to now.
 */
function laterFlushes({ groupWaitMs, groupIntervalMs }: SendingRoute, held: SeenHeldAlert, { nowMs }: SendingLook) {
  const firstMs = held.updatedAtMs + groupWaitMs
  const everyMs = Math.max(1, groupIntervalMs)
  return held.states
    .filter(({ fromMs }) => fromMs > firstMs)
    .map(({ fromMs }) => firstMs + Math.ceil((fromMs - firstMs) / everyMs) * everyMs)
    .filter((atMs) => atMs <= nowMs)
}

/** What held an alert back at that moment. What the first look has seen holds since the alert arrived. */
function stateAt({ states, updatedAtMs }: SeenHeldAlert, atMs: number): Pick<Sending, 'sinceMs' | 'heldBack'> {
  const state = states.findLast(({ fromMs }) => fromMs <= atMs)
  if (state === undefined || state === states[0]) return { sinceMs: updatedAtMs, heldBack: states[0]?.heldBack }
  return { sinceMs: state.fromMs, heldBack: state.heldBack }
}

function mutedAt({ mutedIn = [], activeIn = [] }: SendingRoute, { routing }: SendingLook, atMs: number) {
  return routing === undefined ? undefined : whyMuted({ mutedIn, activeIn }, routing, atMs)
}

/** Why Alertmanager does not notify of an alert when that is due. */
function whyNotSent(
  { heldBack, endedAtMs }: Pick<Sending, 'heldBack'> & Pick<SeenHeldAlert, 'endedAtMs'>,
  dueAtMs: number,
  { observations }: SendingLook,
): string | undefined {
  if (heldBack !== undefined) return `it is ${suppressionText(heldBack, observations.silences)}`
  if (endedAtMs !== undefined && endedAtMs < dueAtMs) return 'it ended before a notification was due'
  return undefined
}
