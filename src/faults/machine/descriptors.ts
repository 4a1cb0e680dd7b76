import { Type } from '#typebox'
import { descriptorLimit } from '../../base/system/descriptors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { startHog } from './hog.ts'

/** Takes the file descriptors of a service. */

/** More descriptors would cost the kernel more than a second and half a gigabyte. */
const MOST = 200_000

/** Opens files until no descriptor is left, then closes some. */
const OPEN = `
  const { openSync, closeSync } = require('node:fs')
  const held = []
  let full = false
  while (held.length < data.most && !full) {
    try {
      held.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error
      full = true
    }
  }
  if (full) for (let n = 0; n < data.leave && held.length > 0; n++) closeSync(held.pop())
  report({ held: held.length, full })
  setInterval(() => held.length, 60_000)`

export const descriptors = defineInsideFault({
  name: 'descriptors',
  summary: 'Take the file descriptors of the service: it can accept no connection and open no file',
  params: Type.Object(
    {
      leave: Type.Integer({ minimum: 0, maximum: 10_000, default: 0, description: 'Descriptors that stay free' }),
    },
    { additionalProperties: false },
  ),
  async begin({ signal }, { leave }) {
    const limit = descriptorLimit()
    const hog = await startHog(OPEN, { leave, most: MOST }, signal)
    const { held, full } = hog.firstReport as { held: number; full: boolean }
    const of = limit === undefined ? '' : ` of ${limit}`
    return {
      proof: {
        landed: full,
        proof: full
          ? `${held}${of} descriptors are taken, ${leave} are free`
          : `${held}${of} descriptors are taken, and there are more: lower the limit (ulimit -n) before the stack comes up`,
      },
      end: () => hog.end(),
    }
  },
})
