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
    const shown = lines.slice(0, rows - 1).map((line) => cut(line, columns))
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

/** The first `width` characters that are seen; colours do not count. */
function cut(line: string, width: number): string {
  let seen = 0
  let text = ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of line.split(/(\x1b\[[0-9;]*m)/)) {
    if (part.startsWith('\x1b')) text += part
    else {
      const rest = [...part].slice(0, width - seen)
      seen += rest.length
      text += rest.join('')
    }
  }
  return text
}
