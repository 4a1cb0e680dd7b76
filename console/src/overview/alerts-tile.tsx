import type { AlertNow, SituationView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { Tile, TileLines } from './tile.tsx'

/** What fires, and which incidents are open. */
export function AlertsTile({ situation, nowMs }: { situation: SituationView | undefined; nowMs: number }) {
  const alerts = situation?.alerts
  const incidents = situation?.incidents ?? []
  const firing = alerts?.filter(({ state }) => state === 'firing') ?? []
  const isUnknown = alerts === null || alerts === undefined
  const figure = isUnknown
    ? situation === undefined
      ? '…'
      : 'not known'
    : firing.length === 0
      ? 'none fires'
      : `${firing.length} firing`
  return (
    <Tile
      title="Alerts"
      href={linkTo('alerts')}
      tone={isUnknown ? 'wait' : firing.length > 0 ? 'bad' : alerts.length > 0 ? 'wait' : 'good'}
      figure={figure}
    >
      <TileLines lines={(alerts ?? []).map((alert) => ({ key: keyOf(alert), text: textOf(alert, nowMs) }))} />
      <TileLines
        lines={incidents.map(({ number, alertname, target, status }) => ({
          key: String(number),
          text: `Incident #${number}: ${alertname}${target === '' ? '' : ` on ${target}`}, ${status}`,
        }))}
      />
      {situation?.problems.map((problem) => (
        <p className="sub" key={problem}>
          Did not answer: {problem}
        </p>
      ))}
    </Tile>
  )
}

function keyOf({ name, labels }: AlertNow): string {
  return `${name} ${JSON.stringify(labels)}`
}

function textOf({ name, labels, state, activeAtMs }: AlertNow, nowMs: number): string {
  const about = labels.instance ?? labels.service
  return `${name}${about === undefined ? '' : ` ${about}`}: ${state} for ${formatAge(nowMs - activeAtMs)}`
}
