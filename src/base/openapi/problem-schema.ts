import { Type } from '../schema/type.ts'

/** `...problems(404, 503)` in a route's response schema. */
export function problems<Status extends number>(...statuses: Status[]): Record<Status, typeof ProblemSchema> {
  return Object.fromEntries(statuses.map((status) => [status, ProblemSchema])) as Record<Status, typeof ProblemSchema>
}

/** The documents of base/http/http-server.ts, as a route declares them: with them its counters of failures start at 0. */
const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
})
