export type { LoadResponse } from './http/response.ts'
export {
  defineJourney,
  type Journey,
  type Method,
  type RequestOptions,
  type Task,
  type User,
  weight,
} from './journey/journey.ts'
