import { type Holder, type Turn, type TurnPlace, waitForTurn } from '../base/turn.ts'
import { formatDuration } from '../base/units/duration.ts'
import { cliErrors } from './errors.ts'
import { clockTime } from './terminal/clock-time.ts'
import { note } from './terminal/output.ts'

/**
 * The turn of a run on its system: two at a time would each see what the other one breaks. Waits, and says for whom.
 * @throws FD_RUN_UNDER_WAY when another one still has it after `waitMs`
 */
export async function takeTurn(
  place: TurnPlace,
  name: string,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<Turn> {
  const onWaiting = (holder: Holder | undefined) =>
    note(`${whose(holder)}; this one begins when that is over. --no-wait ends instead of waiting`)
  const taken = await waitForTurn(place, { name, pid: process.pid }, { waitMs, signal, onWaiting })
  if ('turn' in taken) return taken.turn
  throw cliErrors.error('FD_RUN_UNDER_WAY', {
    message: whose(taken.holder),
    expected: 'one run at a time: two would each see what the other one breaks',
    next: 'run again when it is over, or wait for it with --wait 10m; with --state FOLDER, another stack is another matter',
  })
}

function whose(holder: Holder | undefined): string {
  if (holder === undefined) return 'another run is under way on this system'
  const { name, pid, sinceMs } = holder
  const lasts = formatDuration(Math.max(0, Date.now() - sinceMs))
  return `another run is under way on this system: ${name}, process ${pid}, since ${clockTime(sinceMs)} (for ${lasts})`
}
