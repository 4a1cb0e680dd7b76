import type { FaultView, SituationView } from '../../api/contract.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { formatTable, paint } from '../terminal/output.ts'

/** What goes on in the stack, one line a kind, aligned: what is wrong or broken on purpose, who works, what is in force. */
export function situationLines(
  { alerts, incidents, maintenance, runs, policy, objectives, problems }: SituationView,
  faults: readonly FaultView[],
  { stream, nowMs = Date.now() }: { stream: NodeJS.WriteStream; nowMs?: number },
): string[] {
  const lasts = (untilMs: number) => formatDuration(Math.max(0, untilMs - nowMs))
  const since = (atMs: number) => formatDuration(Math.max(0, nowMs - atMs))
  const rows = [
    [
      'ALERTS',
      list(
        alerts?.map(({ name, labels, state, activeAtMs }) => {
          const about = labels.instance ?? labels.service
          return `${name}${about === undefined ? '' : ` ${about}`} ${state} (${since(activeAtMs)})`
        }),
      ),
    ],
    [
      'INCIDENTS',
      list(
        incidents?.map(
          ({ number, alertname, target, status }) =>
            `#${number} ${alertname}${target === '' ? '' : ` on ${target}`} ${status}`,
        ),
      ),
    ],
    [
      'FAULTS',
      list(faults.map(({ fault, replica, undoneByMs }) => `${fault} of ${replica} (${lasts(undoneByMs)} left)`)),
    ],
    ['RUNS', list(runs.map(({ kind, name, pid }) => `${kind === 'load' ? 'load ' : ''}${name} (pid ${pid})`))],
    [
      'MAINTENANCE',
      list(
        maintenance?.map(({ service, untilMs, why }) => {
          const what = service === EVERYTHING ? 'everything' : service
          return `${what} for another ${lasts(untilMs)}${why === '' ? '' : `: ${why}`}`
        }),
      ),
    ],
    ['POLICY', policy ?? 'the one that ships, responder.yaml'],
    ['OBJECTIVES', list(objectives.map(({ service, name, targetPercent }) => `${service}/${name} ${targetPercent} %`))],
  ]
  const lines = formatTable(rows, (text, row, column) => {
    if (column === 0) return paint(stream, 'dim', text)
    return row < 3 && text.trim() !== NOTHING ? paint(stream, 'yellow', text) : text
  })
  return [...lines, ...problems.map((problem) => `${paint(stream, 'red', '✘')} did not answer: ${problem}`)]
}

/** Of a list, in one line; the rest is counted. */
const SHOWN = 4
const EVERYTHING = '*'

const NOTHING = 'none'
const UNKNOWN = 'not known'

function list(texts: readonly string[] | undefined): string {
  if (texts === undefined) return UNKNOWN
  if (texts.length === 0) return NOTHING
  const more = texts.length > SHOWN ? `, and ${texts.length - SHOWN} more` : ''
  return `${texts.slice(0, SHOWN).join(', ')}${more}`
}
