export {
  defineJourney,
  type Journey,
  type Method,
  type RequestOptions,
  type Task,
  type User,
  weight,
} from './journey.ts'
export type { LoadResponse } from './response.ts'
