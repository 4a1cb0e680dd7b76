import { ask } from './ask.ts'

/** Asks a person a question; only a clear yes is one. An interrupt, or an end of the input, is a no. */
export async function confirm(question: string, terminal: Parameters<typeof ask>[1]): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, terminal))
}
