import { Type } from '#typebox'
import { formatBytes } from '../../base/units/bytes.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { byteRateParam, read } from '../params.ts'
import { defineInsideFault } from './inside-fault.ts'
import { readWhere, whereParams } from './where.ts'

/** Sends response bodies slowly. */

/** Pieces in which a body is sent, a second. */
const PIECES_PER_SECOND = 20
const ENOUGH = 0.5

export const slowBody = defineInsideFault({
  name: 'slow-body',
  summary: 'Send the body of responses slowly: the status is there at once, the rest trickles',
  params: Type.Object(
    {
      rate: byteRateParam({
        min: '1B/s',
        max: '1GiB/s',
        default: '100B/s',
        description: 'Bytes a second, per response',
      }),
      ...whereParams,
    },
    { additionalProperties: false },
  ),
  begin(inside, params) {
    const rate = read('byte-rate', params.rate)
    const piece = Math.max(1, Math.floor(rate / PIECES_PER_SECOND))
    inside.intercept(readWhere(params), (exchange) =>
      exchange.rewrite(async function* (chunks) {
        let sent = 0
        const startedMs = performance.now()
        for await (const chunk of chunks) {
          for (let at = 0; at < chunk.length; at += piece) {
            const part = chunk.subarray(at, at + piece)
            sent += part.length
            // By the clock of the whole body, so that late timers do not add up.
            await exchange.sleep(startedMs + (sent / rate) * 1_000 - performance.now())
            yield part
          }
        }
      }),
    )
    return {}
  },
  async prove({ touched }, params) {
    const { tookMs, body } = await touched()
    const bytes = Buffer.byteLength(body)
    const askedMs = (bytes / read('byte-rate', params.rate)) * 1_000
    return {
      landed: bytes > 0 && tookMs >= ENOUGH * askedMs,
      proof: `a body of ${formatBytes(bytes)} took ${formatDuration(tookMs)}`,
    }
  },
})
