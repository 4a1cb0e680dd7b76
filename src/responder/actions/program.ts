/** A program that the action `run` may start: its path with fixed arguments, and the time after which it is ended. */
export interface Program {
  command: readonly [string, ...string[]]
  timeoutMs: number
}
