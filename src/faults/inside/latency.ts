import { Type } from '#typebox'
import { formatDuration } from '../../base/units/duration.ts'
import { durationParam, read } from '../params.ts'
import { defineInsideFault } from './inside-fault.ts'
import { readWhere, whereParams } from './where.ts'

/** Delays requests inside a service. */

/** The shift must be half of what was asked: a random delay may be shorter than its mean. */
const ENOUGH = 0.5
const PROBES_BEFORE = 3
const PROBES_AT_MOST = 8

/** Draws the delay of one request, in milliseconds; a negative one counts as 0. `random` gives numbers in [0, 1). */
type Draw = (delayMs: number, jitterMs: number, random: () => number) => number

const draws = {
  /** Evenly from delay - jitter to delay + jitter; without jitter always the same. */
  uniform: (delayMs, jitterMs, random) => delayMs + jitterMs * (2 * random() - 1),
  /** A bell around the delay with jitter as its standard deviation (Box and Muller's transform). */
  normal: (delayMs, jitterMs, random) =>
    delayMs + jitterMs * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  /** Mostly short, sometimes several times the delay. The delay is the mean; jitter is not used. */
  exponential: (delayMs, _jitterMs, random) => -delayMs * Math.log(1 - random()),
  /** Never below the delay, half of them within 1.26 of it, one in a thousand ten times as long; jitter is not used. */
  pareto: (delayMs, _jitterMs, random) => delayMs / (1 - random()) ** (1 / 3),
} satisfies Record<string, Draw>

const DISTRIBUTIONS = ['uniform', 'normal', 'exponential', 'pareto'] as const satisfies (keyof typeof draws)[]

export const latency = defineInsideFault({
  name: 'latency',
  summary: 'Delay requests before the service handles them',
  params: Type.Object(
    {
      delay: durationParam({ min: '1ms', max: '1m', default: '250ms', description: 'How long each is delayed' }),
      jitter: durationParam({ min: '0ms', max: '1m', default: '0ms', description: 'How far the delay strays' }),
      distribution: Type.Enum(DISTRIBUTIONS, {
        default: 'uniform',
        description:
          'uniform: delay ± jitter; normal: jitter is the standard deviation; exponential: delay is the mean; pareto: delay is the least, with a long tail',
      }),
      ...whereParams,
    },
    { additionalProperties: false },
  ),
  begin(inside, params) {
    const [delayMs, jitterMs] = [read('duration', params.delay), read('duration', params.jitter)]
    const draw: Draw = draws[params.distribution]
    inside.intercept(readWhere(params), (exchange) =>
      exchange.sleep(
        Math.max(
          0,
          draw(delayMs, jitterMs, () => inside.random()),
        ),
      ),
    )
    return {}
  },
  async prove({ touched, untouched }, params) {
    const enoughMs = ENOUGH * read('duration', params.delay)
    let usualMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < PROBES_BEFORE; n++) usualMs = Math.min(usualMs, (await untouched()).tookMs)
    let slowestMs = 0
    for (let n = 0; n < PROBES_AT_MOST && slowestMs - usualMs < enoughMs; n++)
      slowestMs = Math.max(slowestMs, (await touched()).tookMs)
    const proof = `a probe took ${formatDuration(slowestMs)}, without the fault ${formatDuration(usualMs)}`
    return { landed: slowestMs - usualMs >= enoughMs, proof }
  },
})
