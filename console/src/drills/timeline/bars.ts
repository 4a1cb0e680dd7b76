import { reachedAt, type Story } from '../story/story.ts'

/** One stretch of time of a lane. */
export interface Bar {
  fromMs: number
  toMs: number
  kind: 'fault' | 'felt' | 'pending' | 'firing' | 'down' | 'action' | 'busy'
  /** Whether it goes on. */
  isOpen: boolean
}

/** Everything of one name that had a beginning and an end. */
export interface BarLane {
  name: string
  bars: readonly Bar[]
}

/** Lanes with a heading. Groups that have none are left out. */
export interface LaneGroup {
  title: string
  lanes: readonly BarLane[]
}

/** All that had a beginning and an end, in the order of a failure's life. */
export function laneGroups(story: Story): LaneGroup[] {
  return [
    { title: 'Done on purpose', lanes: joined([...faultLanes(story), ...stepLanes(story)]) },
    { title: 'Users', lanes: feltLanes(story) },
    { title: 'Alerts', lanes: joined(alertLanes(story)) },
    { title: 'Responder', lanes: joined(responderLanes(story)) },
    { title: 'Down, as scraped', lanes: joined(downLanes(story)) },
    { title: 'Machine', lanes: joined(busyLanes(story)) },
  ].filter(({ lanes }) => lanes.length > 0)
}

/** When a fault was in effect: a crash until all was good again, since there was nothing left to lift by then. */
export function faultSpan(
  fault: Story['faults'][number],
  story: Story,
): { fromMs: number; toMs: number; isOpen: boolean } {
  const { injectedAtMs, lifted } = fault
  if (lifted === null) return { fromMs: injectedAtMs, toMs: story.untilMs, isOpen: story.isUnderWay }
  const goodMs = reachedAt(story.stages, 'good again')
  const repairedMs = goodMs !== null && goodMs >= injectedAtMs ? Math.min(goodMs, lifted.liftedAtMs) : lifted.liftedAtMs
  return { fromMs: injectedAtMs, toMs: lifted.changed ? lifted.liftedAtMs : repairedMs, isOpen: false }
}

function faultLanes(story: Story): BarLane[] {
  return story.faults.map((fault) => ({
    name: `${fault.fault} ${fault.replica ?? fault.service}`,
    bars: [{ kind: 'fault', ...faultSpan(fault, story) }],
  }))
}

/** What the drill did besides faults; it lasts until it is put back, where there is anything to put back. */
function stepLanes({ steps, untilMs, isUnderWay }: Story): BarLane[] {
  return steps.flatMap(({ kind, text, startedAtMs, endedAtMs, putBack }): BarLane[] => {
    if (kind !== 'action' || startedAtMs === null) return []
    const endMs = putBack?.atMs ?? endedAtMs
    return [
      {
        name: text,
        bars: [{ kind: 'action', fromMs: startedAtMs, toMs: endMs ?? untilMs, isOpen: endMs === null && isUnderWay }],
      },
    ]
  })
}

function feltLanes({ felt, untilMs, isUnderWay }: Story): BarLane[] {
  if (felt === null || felt.firstFailureMs === null) return []
  const toMs = Math.min(felt.lastFailureMs ?? untilMs, untilMs)
  return [
    {
      name: isUnderWay ? 'requests fail' : `${felt.failures.toLocaleString('en-US')} requests failed`,
      bars: [{ kind: 'felt', fromMs: felt.firstFailureMs, toMs, isOpen: isUnderWay && toMs >= untilMs }],
    },
  ]
}

/** Alerts that always fire, and those on a budget that was burnt before the run, are not of its story. */
export function alertsOf({ series, carriedAlerts, ...story }: Story): NonNullable<Story['series']>['alerts'] {
  const carried = new Set(carriedAlerts.map(identityOf))
  return (series?.alerts ?? []).filter(
    (alert) =>
      alert.labels.severity !== 'none' &&
      !carried.has(identityOf(alert)) &&
      // While it is under way, what the gate let pass is known only by its time.
      (story.journal !== undefined || alert.pendingAtMs >= story.startedAtMs),
  )
}

function alertLanes(story: Story): BarLane[] {
  const { untilMs, isUnderWay } = story
  return alertsOf(story).map(({ alertname, labels, pendingAtMs, firingAtMs, endedAtMs }) => {
    const about = labels.instance ?? labels.service
    const toMs = endedAtMs ?? untilMs
    const isOpen = endedAtMs === null && isUnderWay
    const pending: Bar = {
      kind: 'pending',
      fromMs: pendingAtMs,
      toMs: firingAtMs ?? toMs,
      isOpen: firingAtMs === null && isOpen,
    }
    return {
      name: about === undefined ? alertname : `${alertname} ${about}`,
      bars: firingAtMs === null ? [pending] : [pending, { kind: 'firing', fromMs: firingAtMs, toMs, isOpen }],
    }
  })
}

function responderLanes({ incidents, untilMs, isUnderWay }: Story): BarLane[] {
  return incidents.flatMap(({ actions }) =>
    actions
      .filter(({ notifies, actingAtMs }) => notifies !== true && actingAtMs <= untilMs)
      .map(({ action, target, actingAtMs, actedAtMs, ok }): BarLane => {
        const isOver = actedAtMs !== undefined && actedAtMs <= untilMs
        const toMs = isOver ? actedAtMs : untilMs
        return {
          name: `${action} ${target}${ok === false && isOver ? ', which failed' : ''}`,
          bars: [{ kind: 'action', fromMs: actingAtMs, toMs, isOpen: !isOver && isUnderWay }],
        }
      }),
  )
}

function downLanes({ series, untilMs, isUnderWay }: Story): BarLane[] {
  return (series?.up ?? []).flatMap(({ service, instance, changes }): BarLane[] => {
    const ordered = [...changes].sort((a, b) => a.atMs - b.atMs)
    const bars = ordered.flatMap(({ atMs, up }, index): Bar[] => {
      if (up) return []
      const endMs = ordered[index + 1]?.atMs
      return [{ kind: 'down', fromMs: atMs, toMs: endMs ?? untilMs, isOpen: endMs === undefined && isUnderWay }]
    })
    return bars.length === 0 ? [] : [{ name: instance === '' ? service : instance, bars }]
  })
}

/** Samples that follow each other so closely are one stretch. */
const SAMPLE_GAP_MS = 100

function busyLanes({ machine, untilMs }: Story): BarLane[] {
  const bars: Bar[] = []
  for (const { atMs, forMs, lateMs } of machine?.samples ?? []) {
    if (lateMs === 0 || atMs > untilMs) continue
    const last = bars.at(-1)
    if (last !== undefined && atMs - forMs - last.toMs < SAMPLE_GAP_MS) last.toMs = atMs
    else bars.push({ kind: 'busy', fromMs: atMs - forMs, toMs: atMs, isOpen: false })
  }
  return bars.length === 0 ? [] : [{ name: 'too busy', bars }]
}

/** One lane for each name, in the order in which they begin. */
function joined(lanes: readonly BarLane[]): BarLane[] {
  const byName = new Map<string, Bar[]>()
  for (const { name, bars } of [...lanes].sort((a, b) => beginOf(a) - beginOf(b))) {
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [...bars])
    else known.push(...bars)
  }
  return [...byName].map(([name, bars]) => ({ name, bars }))
}

function beginOf({ bars }: BarLane): number {
  return bars[0]?.fromMs ?? 0
}

function identityOf({ alertname, labels }: { alertname: string; labels: Readonly<Record<string, string>> }): string {
  return JSON.stringify([alertname, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
}
