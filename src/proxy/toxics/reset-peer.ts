import { Type } from '#typebox'
import { milliseconds } from './attributes.ts'
import { DelayLine } from './delay-line.ts'
import { defineToxic } from './toxic.ts'

export const resetPeer = defineToxic({
  type: 'reset_peer',
  summary: 'Resets the connection (TCP RST), timeout after the first data or its end',
  attributes: Type.Object({ timeout: milliseconds('From the first data to the reset') }),
  start(attributes, { out, drop, nowMs }) {
    const resetting = new DelayLine({ out, nowMs, schedule: (startedMs) => startedMs + attributes().timeout })
    let isStarted = false
    const start = () => {
      if (isStarted) return
      isStarted = true
      resetting.end('reset')
    }
    return {
      push(piece) {
        drop(piece.length)
        start()
      },
      end: start,
      changed: () => resetting.changed(),
      release() {
        if (isStarted) out.end('reset')
      },
      stop: () => resetting.stop(),
    }
  },
})
