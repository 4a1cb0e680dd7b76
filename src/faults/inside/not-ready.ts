import { Type } from '#typebox'
import { defineInsideFault } from './inside-fault.ts'

export const notReady = defineInsideFault({
  name: 'not-ready',
  summary: 'Answer GET /ready with 503, as while a dependency is missing; everything else goes on',
  params: Type.Object({}, { additionalProperties: false }),
  begin(inside) {
    inside.intercept({ route: '/ready', method: '*', share: 1 }, (exchange) =>
      exchange.fail(503, 'this replica says on purpose that it is not ready'),
    )
    return {}
  },
  async prove({ get }) {
    const { status } = await get('/ready')
    return { landed: status === 503, proof: `GET /ready was answered ${status}` }
  },
})
