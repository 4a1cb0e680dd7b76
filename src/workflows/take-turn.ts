import { type Holder, type Turn, type TurnPlace, waitForTurn } from '../base/turn.ts'
import { clockTime } from '../base/units/clock-time.ts'
import { formatDuration } from '../base/units/duration.ts'
import { workflowErrors } from './errors.ts'

/**
 * The turn of a run on its system: each of two runs at a time would see the faults of the other one. Waits for the other run.
 * @throws FD_RUN_UNDER_WAY when it is not over after `waitMs`
 */
export async function takeTurn(
  place: TurnPlace,
  name: string,
  { waitMs, signal, note }: TakeTurnOptions,
): Promise<Turn> {
  const onWaiting = (holder: Holder | undefined) =>
    note(`${holderText(holder)}; this one begins when that is over. --no-wait ends instead of waiting`)
  const taken = await waitForTurn(place, { name, pid: process.pid }, { waitMs, signal, onWaiting })
  if ('turn' in taken) {
    if (taken.turn.note !== undefined) note(taken.turn.note)
    return taken.turn
  }
  throw workflowErrors.error('FD_RUN_UNDER_WAY', {
    message: holderText(taken.holder),
    expected: 'one run at a time: two would each see the faults of the other one',
    next: 'run again when it is over, or wait for it with --wait 10m; --state FOLDER is for another stack',
  })
}

export interface TakeTurnOptions {
  waitMs: number
  signal: AbortSignal
  /** Called with a sentence about the run that is waited for, and about whom the turn does not keep out. */
  note(text: string): void
}

function holderText(holder: Holder | undefined): string {
  if (holder === undefined) return 'another run is under way on this system'
  const { name, pid, sinceMs, host } = holder
  const lasts = formatDuration(Math.max(0, Date.now() - sinceMs))
  const where = host === undefined ? '' : ` on ${host}`
  return `another run is under way on this system: ${name}, process ${pid}${where}, since ${clockTime(sinceMs)} (for ${lasts})`
}
