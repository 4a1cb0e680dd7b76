import { Type } from '#typebox'
import { ONE_LINE } from '../../../base/text/texts.ts'
import { type Shape, shapes } from '../../../load/users/pacing.ts'
import { closed, Duration } from '../../fields.ts'

/** The form of the load in a drill file. */

const Journey = Type.String({
  minLength: 1,
  pattern: ONE_LINE,
  description: 'What each virtual user does: a journey that ships, or the path of a module, from the drill file',
})

/** What a load can be, besides `none`: a number of users, or arrivals at a rate. The key shows which. */
export const loadKinds = {
  users: Type.Object(
    {
      journey: Journey,
      users: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Virtual users' }),
      spawnRate: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: 'Users started per second' }),
    },
    closed,
  ),
  rate: Type.Object(
    {
      journey: Journey,
      rate: Type.Number({
        exclusiveMinimum: 0,
        maximum: 100_000,
        description: 'Tasks per second, also while earlier ones are not done',
      }),
      shape: Type.Optional(
        Type.Union(
          (Object.keys(shapes) as Shape[]).map((name) => Type.Literal(name)),
          { description: 'Of the rate over time. Default constant' },
        ),
      ),
      over: Type.Optional(
        Duration('How long the shape takes; then the load is over. A constant rate lasts as long as the drill'),
      ),
      maxUsers: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, description: 'Users at most. Default 1000' }),
      ),
    },
    closed,
  ),
}
