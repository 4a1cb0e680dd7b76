import { Type } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { defineInsideFault } from './inside-fault.ts'
import { readWhere, whereParams } from './where.ts'

export const abort = defineInsideFault({
  name: 'abort',
  summary: 'Cut the connection of requests instead of answering them',
  params: Type.Object({ ...whereParams }, { additionalProperties: false }),
  begin(inside, params) {
    inside.intercept(readWhere(params), (exchange) => exchange.abort())
    return {}
  },
  async prove({ touched, untouched }) {
    // A target that does not run at all would look the same.
    await untouched()
    return touched().then(
      ({ status }) => ({ landed: false, proof: `a probe was answered ${status}` }),
      (error: unknown) => ({ landed: true, proof: `the connection of a probe was cut: ${messageOf(error)}` }),
    )
  },
})
