import { Type } from '#typebox'
import { defineInsideFault } from './inside-fault.ts'
import { readWhere, whereParams } from './where.ts'

export const error = defineInsideFault({
  name: 'error',
  summary: 'Answer requests with an error status instead of handling them',
  params: Type.Object(
    {
      status: Type.Integer({ minimum: 400, maximum: 599, default: 500, description: 'HTTP status of the answer' }),
      ...whereParams,
    },
    { additionalProperties: false },
  ),
  begin(inside, params) {
    inside.intercept(readWhere(params), (exchange) => exchange.fail(params.status, 'this request failed on purpose'))
    return {}
  },
  async prove({ touched }, { status }) {
    const probe = await touched()
    return { landed: probe.status === status, proof: `a probe was answered ${probe.status}` }
  },
})
