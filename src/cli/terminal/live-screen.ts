import { cutText, terminalText } from '../../base/text/terminal-text.ts'

/**
 * Redraws a block of lines in place on a terminal. Lines longer than the terminal is wide are cut, since a line that wraps
 * would be two.
 */
export class LiveScreen {
  readonly #stream: NodeJS.WriteStream
  #drawn = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  draw(lines: readonly string[]): void {
    const { columns = 80, rows = 24 } = this.#stream
    const shown = lines.slice(0, rows - 1).map((line) => terminalText(cutText(line, columns)))
    this.#stream.write(`${this.#home()}${shown.map((line) => `${line}\x1b[K`).join('\n')}\n\x1b[J`)
    this.#drawn = shown.length
  }

  clear(): void {
    this.#stream.write(`${this.#home()}\x1b[J`)
    this.#drawn = 0
  }

  #home(): string {
    return this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A\r`
  }
}
