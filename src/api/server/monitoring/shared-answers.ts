/**
 * Answers that all who ask for the same thing share, failures too, while they are made and for `freshMs` after it: fifty open
 * pages cost no more than one. Of more than `most` things, the one that was asked for the longest ago is forgotten.
 */
export class SharedAnswers<Value> {
  readonly #freshMs: number
  readonly #most: number
  readonly #answers = new Map<string, { value: Promise<Value>; settledMs: number | undefined }>()

  constructor(freshMs: number, most = 1) {
    this.#freshMs = freshMs
    this.#most = most
  }

  of(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#answers.get(key)
    this.#answers.delete(key)
    if (known !== undefined && (known.settledMs ?? Number.POSITIVE_INFINITY) > performance.now() - this.#freshMs) {
      this.#answers.set(key, known)
      return known.value
    }
    const answer: { value: Promise<Value>; settledMs: number | undefined } = { value: make(), settledMs: undefined }
    const settled = () => {
      answer.settledMs = performance.now()
    }
    answer.value.then(settled, settled)
    this.#answers.set(key, answer)
    const [oldest] = this.#answers.keys()
    if (this.#answers.size > this.#most && oldest !== undefined) this.#answers.delete(oldest)
    return answer.value
  }
}
