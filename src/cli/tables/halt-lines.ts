import type { HaltReport } from '../../api/stack/halt-all.ts'
import type { Holder } from '../../base/turn.ts'
import { LEASE_MS } from '../../faults/lease.ts'
import type { Exit } from '../exit-codes.ts'

/** What `firedrill halt` has done, for a terminal. */
export function haltLines({ halted, stack, lifted, ended, tookMs }: HaltReport): string[] {
  const reason = halted.why === '' ? '' : ` (${halted.why})`
  const over = {
    lifted: lifted.filter(({ failed }) => failed !== true).length,
    ended: ended.filter(({ how }) => how !== 'lives').length,
  }
  return [
    `halted${reason}: no run, load or fault begins until firedrill halt --release`,
    ...lifted.map(({ fault, replica, detail, failed }) => {
      const how = failed === true ? 'NOT LIFTED' : 'lifted'
      return `${how}  ${fault} ${replica}: ${detail}`
    }),
    ...ended.map(
      ({ kind, name, pid, afterMs, how }) => `${HOW[how]}  ${kind} ${name} (process ${pid}) after ${afterMs} ms`,
    ),
    STACK[stack],
    `over after ${tookMs} ms: ${count(over.lifted, 'fault')} lifted, ${count(over.ended, 'run or load', 'runs and loads')} ended`,
    ...(halted.durable ? [] : ['NOT DURABLE: what begins after control has ended is not blocked']),
  ].filter((line) => line !== '')
}

/** How it exits: with 0 only where nothing goes on that it names. `elsewhere`: runs on foreign systems, of other state folders. */
export function haltExit({ halted, stack, lifted, ended }: HaltReport, elsewhere: readonly Holder[]): Exit {
  if (!halted.durable) return 'errored'
  const goesOn =
    stack === 'no answer' ||
    elsewhere.length > 0 ||
    ended.some(({ how }) => how === 'lives') ||
    lifted.some(({ failed }) => failed === true)
  return goesOn ? 'unavailable' : 'ok'
}

/** What became of a run or a load. */
export const HOW = { ended: 'ended ', killed: 'killed', lives: 'NOT ENDED' } as const satisfies Record<
  HaltReport['ended'][number]['how'],
  string
>

function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`
}

const STACK = {
  halted: '',
  'not up': `no stack is up here: faults of one that was have ended with it, those inside services ${LEASE_MS / 1_000} s after control`,
  'no answer': `control does not answer: what it holds inside services ends ${LEASE_MS / 1_000} s after it stopped; firedrill down ends the rest`,
} as const satisfies Record<HaltReport['stack'], string>
