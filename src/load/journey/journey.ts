import type { Method, RequestOptions } from '../http/request-options.ts'
import type { LoadResponse } from '../http/response.ts'

/** What virtual users do, over and over: pick a task by weight, carry it out, think. */
export interface Journey<State = unknown> {
  summary: string
  /** The service of the stack it talks to when no target is named. */
  service?: string
  /** Pause between two tasks: "50ms..150ms", evenly spread, or one duration. Default none. The open model does not think. */
  think?: string
  /** Made once for each user. */
  state?: (user: Pick<User, 'id' | 'index' | 'random'>) => State
  /** Once, before the first task. */
  onStart?: Task<State>
  /** Once, when the run ends: leave nothing behind. */
  onStop?: Task<State>
  tasks: readonly WeightedTask<State>[]
}

/** Gives a journey its types; returns it as it is. */
export function defineJourney<State = unknown>(journey: Journey<State>): Journey<State> {
  return journey
}

/** A task that is picked `times` as often as one of weight 1. */
export function weight<State>(times: number, task: Task<State>): WeightedTask<State> {
  return { weight: times, task }
}

/** One virtual user: its own connections, cookies and state. Requests never reject; look at what comes back. */
export interface User<State = unknown> {
  /** Text that no other user of any run has. */
  readonly id: string
  /** Number of the user in its run, from 0. */
  readonly index: number
  /** Numbers in [0, 1), the same ones for the same seed. */
  readonly random: () => number
  readonly state: State
  get(path: string, options?: RequestOptions): Promise<LoadResponse>
  post(path: string, body?: unknown, options?: RequestOptions): Promise<LoadResponse>
  put(path: string, body?: unknown, options?: RequestOptions): Promise<LoadResponse>
  patch(path: string, body?: unknown, options?: RequestOptions): Promise<LoadResponse>
  delete(path: string, options?: RequestOptions): Promise<LoadResponse>
  request(method: Method, path: string, options?: RequestOptions): Promise<LoadResponse>
  /** A pause within a task; a stopped run ends it early. */
  pause(ms: number): Promise<void>
  /** Counts a check by its name; a response that fails one counts as a failed request. Returns the result of the test. */
  check(response: LoadResponse, name: string, test: (response: LoadResponse) => boolean): boolean
}

export type Task<State> = (user: User<State>) => unknown

export interface WeightedTask<State> {
  weight: number
  task: Task<State>
}
