import { FiredrillError } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'

/** Servers that answer alike, by their base URLs: replicas of one part of the monitoring. */
export class Replicas {
  readonly #urls: readonly string[]
  /** The one that answered last. */
  #preferred = 0

  constructor(urls: readonly string[]) {
    this.#urls = urls.map((url) => (url.endsWith('/') ? url : `${url}/`))
  }

  /** The answer of one of them: of the one that answered before, else of the next that does. Rejects with the first error. */
  async first<T>(ask: (baseUrl: string) => Promise<T>): Promise<T> {
    const errors: unknown[] = []
    for (const offset of this.#urls.keys()) {
      const index = (this.#preferred + offset) % this.#urls.length
      try {
        const answer = await ask(this.#urls[index] ?? '')
        this.#preferred = index
        return answer
      } catch (error) {
        if (!mayAnotherAnswer(error)) throw error
        errors.push(error)
      }
    }
    throw errors[0]
  }

  /** The answers of all, in the order of their URLs; `undefined` of one that fails, or is much later than another. Rejects when none answers. */
  async each<T>(ask: (baseUrl: string, index: number) => Promise<T>): Promise<(T | undefined)[]> {
    const [only, ...others] = this.#urls
    if (others.length === 0) return [await ask(only ?? '', 0)]
    const answers: (T | undefined)[] = this.#urls.map(() => undefined)
    const asked = this.#urls.map(async (url, index) => {
      answers[index] = await ask(url, index)
    })
    try {
      await Promise.any(asked)
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error
    }
    await Promise.race([Promise.allSettled(asked), sleep(LATER_ONES_MS)])
    return [...answers]
  }
}

/** False for what each of them would say: a question that is refused, or that the caller no longer asks. */
function mayAnotherAnswer(error: unknown): boolean {
  return error instanceof FiredrillError && !/^answered 4\d\d$/.test(error.message)
}

/** How long the replicas that are slower than the first one to answer are waited for, in milliseconds. */
const LATER_ONES_MS = 250
