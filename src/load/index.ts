/** What a journey imports as "firedrill/load". */
export type { Method, RequestOptions } from './http/request-options.ts'
export type { LoadResponse } from './http/response.ts'
export {
  defineJourney,
  type Journey,
  type Task,
  type User,
  weight,
} from './journey/journey.ts'
