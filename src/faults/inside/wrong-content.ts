import { Type } from '#typebox'
import { messageOf } from '../../base/errors.ts'
import { defineInsideFault } from './inside-fault.ts'
import { readWhere, whereParams } from './where.ts'

/** Answers with something else than the announced JSON. */

/** Sent instead of the JSON, repeated to the announced length. */
const OTHER = '<html><body>This is not what you asked for.</body></html>\n'

export const wrongContent = defineInsideFault({
  name: 'wrong-content',
  summary: 'Answer with a good status and a body that is not what it says',
  params: Type.Object(
    {
      how: Type.Enum(['other', 'cut'] as const, {
        default: 'other',
        description: 'other: HTML of the same length in place of the body; cut: half of it, then the connection ends',
      }),
      ...whereParams,
    },
    { additionalProperties: false },
  ),
  begin(inside, params) {
    inside.intercept(readWhere(params), (exchange) =>
      exchange.rewrite(async function* (chunks) {
        for await (const chunk of chunks) {
          if (params.how === 'other') yield Buffer.alloc(chunk.length, OTHER)
          else {
            yield chunk.subarray(0, Math.floor(chunk.length / 2))
            return exchange.abort()
          }
        }
      }),
    )
    return {}
  },
  async prove({ touched, untouched }, { how }) {
    const good = (await untouched()).body
    const bad = await touched().then(
      ({ body }) => (body === good ? undefined : `a probe was answered ${JSON.stringify(body.slice(0, 30))}…`),
      (error: unknown) => (how === 'cut' ? `the body of a probe was cut short: ${messageOf(error)}` : undefined),
    )
    return { landed: bad !== undefined, proof: bad ?? 'a probe was answered as ever' }
  },
})
