import { Type } from '#typebox'
import { defineInsideFault } from '../../src/faults/inside/inside-fault.ts'
import { readWhere, whereParams } from '../../src/faults/inside/where.ts'

export const everyNth = defineInsideFault({
  name: 'every-nth',
  summary: 'Fail every nth request, as a broken one of several backends does',
  params: Type.Object(
    {
      n: Type.Integer({ minimum: 1, maximum: 1_000, default: 3, description: 'Which one fails' }),
      ...whereParams,
    },
    { additionalProperties: false },
  ),
  begin(inside, params) {
    let count = 0
    inside.intercept(readWhere(params), (exchange) => {
      count++
      if (count % params.n === 0) exchange.fail(502, `request ${count} failed on purpose`)
    })
    return {}
  },
  async prove({ touched }, { n }) {
    const statuses: number[] = []
    for (let tries = 0; tries < n; tries++) statuses.push((await touched()).status)
    return { landed: statuses.includes(502), proof: `${n} probes were answered ${statuses.join(', ')}` }
  },
})
