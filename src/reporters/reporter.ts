import type { Journal } from '../drills/journal/journal.ts'

/** One way to write down what drills came to. */
export interface Reporter {
  /** What the file is for, in a few words. */
  readonly summary: string
  /** Of its files, with the dot; the first is the usual one. */
  readonly extensions: readonly [string, ...string[]]
  /** One document of all the journals, in the order given; with a line feed at its end. At least one journal. */
  render(journals: readonly Journal[]): string
}
