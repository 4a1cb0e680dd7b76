import { Type } from '#typebox'
import { formatDuration } from '../../base/units/duration.ts'
import { faultErrors } from '../errors.ts'
import { durationParam, read } from '../params.ts'
import { defineInsideFault } from './inside-fault.ts'

/** Blocks the event loop of a service again and again. */

const ENOUGH = 0.5

export const eventLoopBlock = defineInsideFault({
  name: 'event-loop-block',
  summary: 'Block the event loop again and again: nothing is read, answered or timed meanwhile',
  params: Type.Object(
    {
      // Longer ones would let the lease run out before the next renewal is read; `pause` is for those.
      block: durationParam({ min: '5ms', max: '1s', default: '200ms', description: 'How long each block lasts' }),
      every: durationParam({
        min: '10ms',
        max: '5s',
        default: '500ms',
        description: 'From the start of one block to the start of the next; longer than a block',
      }),
    },
    { additionalProperties: false },
  ),
  begin({ signal }, params) {
    const [blockMs, everyMs] = [read('duration', params.block), read('duration', params.every)]
    if (everyMs <= blockMs) {
      throw faultErrors.error('FD_FAULT_PARAMS', {
        message: 'a block must be over before the next one begins',
        expected: `every longer than ${params.block}`,
        given: params.every,
      })
    }
    const block = () => {
      const untilMs = performance.now() + blockMs
      while (performance.now() < untilMs);
    }
    const timer = setInterval(block, everyMs)
    signal.addEventListener('abort', () => clearInterval(timer))
    return {}
  },
  async prove({ untouched }, params) {
    const [blockMs, everyMs] = [read('duration', params.block), read('duration', params.every)]
    // One after the other, so that there is always a request that waits during a block.
    const untilMs = performance.now() + 3 * everyMs
    let slowestMs = 0
    while (slowestMs < ENOUGH * blockMs && performance.now() < untilMs)
      slowestMs = Math.max(slowestMs, (await untouched()).tookMs)
    return {
      landed: slowestMs >= ENOUGH * blockMs,
      proof: `a probe had to wait ${formatDuration(slowestMs)} for its answer`,
    }
  },
})
