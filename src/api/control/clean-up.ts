/** Steps that undo what was started, the latest first. They run once, and all of them, even if some fail. */
export class CleanUp {
  readonly #steps: (() => unknown)[] = []
  #run: Promise<void> | undefined

  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Safe to call twice. @throws what the first step threw that failed, after the last step */
  run(): Promise<void> {
    this.#run ??= this.#takeAll()
    return this.#run
  }

  async #takeAll(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
