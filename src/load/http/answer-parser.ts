/** Reads HTTP/1.x answers from bytes. */

const NOTHING = Buffer.alloc(0)
const [CR, LF, COLON, DASH, SPACE] = [13, 10, 58, 45, 32]
/** Largest head, in bytes: what is longer is not HTTP. */
const MAX_HEAD = 256 * 1024

/**
 * Reads HTTP/1.x answers, one at a time, from chunks as they come in. Most answers are one chunk with a Content-Length:
 * for those it is one walk over the bytes of the head and one copy of the body. Chunks may be reused after `feed`.
 * Throws an Error whose message says what is wrong with the bytes.
 */
export class AnswerParser {
  #mode: Mode = 'head'
  #withoutBody = false
  /** Bytes of a head, or of a chunk's frame, that is not complete yet. */
  #rest: Buffer = NOTHING
  #answer: Answer | undefined
  /** Of the head being read; -1 without a Content-Length. */
  #contentLength = -1
  #chunked = false
  #bodyParts: Buffer[] = []
  /** Bytes of the body, or of the chunk, still to come. */
  #missing = 0
  #chunk: 'size' | 'data' | 'end' | 'trailer' = 'size'

  /** To be called before each request: an answer to HEAD has no body, whatever its headers say. */
  expect(method: string): void {
    this.#withoutBody = method === 'HEAD'
  }

  /** Whether an answer has begun and is not complete. */
  get midway(): boolean {
    return this.#answer !== undefined || this.#rest.length > 0
  }

  /** The answer, once it is complete. What follows it in the chunk is not HTTP/1.1 without pipelining: `keepAlive` is then false. */
  feed(chunk: Buffer, length = chunk.length): Answer | undefined {
    if (this.#mode === 'head') return this.#feedHead(chunk, length)
    return this.#feedBody(chunk, 0, length)
  }

  /** The other side has closed: that ends an answer without a length, and nothing else. */
  end(): Answer | undefined {
    return this.#mode === 'until close' ? this.#complete() : undefined
  }

  #feedHead(chunk: Buffer, length: number): Answer | undefined {
    let bytes = chunk
    let size = length
    if (this.#rest.length > 0) {
      bytes = Buffer.concat([this.#rest, chunk.subarray(0, length)])
      size = bytes.length
    }
    const answer: Answer = { status: 0, head: '', body: NOTHING, keepAlive: true, setsCookies: false }
    this.#contentLength = -1
    this.#chunked = false
    let line = 0
    let end = bytes.indexOf(LF, 0)
    // Line by line; of a header only the first letters are read, unless they are of one that matters here.
    while (end !== -1 && end < size) {
      if (line === 0) readStatusLine(bytes, end, answer)
      else if (end - line <= 1) {
        // An empty line: the head is complete.
        answer.head = bytes.toString('latin1', 0, line)
        this.#rest = NOTHING
        this.#answer = answer
        return this.#begin(bytes, end + 1, size)
      } else {
        const letter = (bytes[line] ?? 0) | 32
        if (letter === 99) {
          if (bytes[line + 14] === COLON && bytes[line + 7] === DASH && ((bytes[line + 8] ?? 0) | 32) === 108) {
            this.#contentLength = readLength(bytes, line + 15, end)
          } else if (bytes[line + 10] === COLON && ((bytes[line + 3] ?? 0) | 32) === 110) {
            const value = bytes.toString('latin1', line + 11, end).toLowerCase()
            if (value.includes('close')) answer.keepAlive = false
            else if (value.includes('keep-alive')) answer.keepAlive = true
          }
        } else if (letter === 116 && bytes[line + 17] === COLON && bytes[line + 8] === DASH) {
          this.#chunked = bytes
            .toString('latin1', line + 18, end)
            .toLowerCase()
            .includes('chunked')
        } else if (letter === 115 && bytes[line + 10] === COLON && bytes[line + 3] === DASH) answer.setsCookies = true
      }
      line = end + 1
      end = nextLineEnd(bytes, line, size)
    }
    if (size > MAX_HEAD) throw new Error('the head of the answer does not end')
    this.#rest = Buffer.from(bytes.subarray(0, size))
    return undefined
  }

  /** The head is complete: the body begins at `at`. */
  #begin(bytes: Buffer, at: number, size: number): Answer | undefined {
    const answer = this.#answer
    if (answer === undefined) return undefined
    const { status } = answer
    if (status >= 100 && status < 200) {
      // "100 Continue" and its like: the final answer follows.
      this.#answer = undefined
      return at < size ? this.#feedHead(bytes.subarray(at, size), size - at) : undefined
    }
    const contentLength = this.#contentLength
    const chunked = this.#chunked
    if (this.#withoutBody || status === 204 || status === 304 || (contentLength === 0 && !chunked)) {
      return this.#complete(at < size)
    }
    if (!chunked && contentLength > 0 && size - at >= contentLength) {
      answer.body = Buffer.allocUnsafe(contentLength)
      bytes.copy(answer.body, 0, at, at + contentLength)
      return this.#complete(size - at > contentLength)
    }
    this.#mode = chunked ? 'chunks' : contentLength >= 0 ? 'length' : 'until close'
    this.#missing = chunked ? 0 : contentLength
    this.#chunk = 'size'
    return this.#feedBody(bytes, at, size)
  }

  #feedBody(bytes: Buffer, from: number, size: number): Answer | undefined {
    if (this.#mode === 'chunks') return this.#feedChunks(bytes, from, size)
    if (this.#mode === 'until close') {
      this.#keep(bytes, from, size)
      return undefined
    }
    const end = Math.min(size, from + this.#missing)
    this.#keep(bytes, from, end)
    this.#missing -= end - from
    return this.#missing === 0 ? this.#complete(end < size) : undefined
  }

  #feedChunks(bytes: Buffer, from: number, size: number): Answer | undefined {
    let at = from
    while (at < size) {
      if (this.#chunk === 'data') {
        const end = Math.min(size, at + this.#missing)
        this.#keep(bytes, at, end)
        this.#missing -= end - at
        at = end
        if (this.#missing === 0) this.#chunk = 'end'
        continue
      }
      const end = nextLineEnd(bytes, at, size)
      if (end === -1) {
        this.#rest = Buffer.concat([this.#rest, bytes.subarray(at, size)])
        if (this.#rest.length > MAX_HEAD) throw new Error('the frame of a chunk does not end')
        return undefined
      }
      const text = (this.#rest.toString('latin1') + bytes.toString('latin1', at, end)).trim()
      this.#rest = NOTHING
      at = end + 1
      if (this.#chunk === 'trailer') {
        if (text === '') return this.#complete(at < size)
      } else if (this.#chunk === 'end') {
        if (text !== '') throw new Error('a chunk is longer than it says')
        this.#chunk = 'size'
      } else {
        const length = /^([0-9a-f]+)\s*(;.*)?$/i.exec(text)?.[1]
        if (length === undefined) throw new Error(`not the size of a chunk: ${text.slice(0, 20)}`)
        this.#missing = Number.parseInt(length, 16)
        this.#chunk = this.#missing === 0 ? 'trailer' : 'data'
      }
    }
    return undefined
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    if (to > from) this.#bodyParts.push(Buffer.from(bytes.subarray(from, to)))
  }

  #complete(more = false): Answer | undefined {
    const answer = this.#answer
    if (answer === undefined) return undefined
    if (this.#bodyParts.length > 0) {
      answer.body = this.#bodyParts.length === 1 ? (this.#bodyParts[0] ?? NOTHING) : Buffer.concat(this.#bodyParts)
      this.#bodyParts = []
    }
    if (more || this.#mode === 'until close') answer.keepAlive = false
    this.#answer = undefined
    this.#mode = 'head'
    return answer
  }
}

/** "HTTP/1.1 200 OK"; HTTP/1.0 does not keep connections unless it says so. */
function readStatusLine(bytes: Buffer, end: number, answer: Answer): void {
  if (end < 12 || bytes[0] !== 72 || bytes[1] !== 84 || bytes[4] !== 47 || bytes[8] !== SPACE) {
    throw new Error('the answer is not HTTP/1.x')
  }
  answer.status = digit(bytes[9]) * 100 + digit(bytes[10]) * 10 + digit(bytes[11])
  answer.keepAlive = bytes[7] !== 48
}

function readLength(bytes: Buffer, from: number, end: number): number {
  let length = 0
  let digits = 0
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === SPACE || byte === CR || byte === 9) continue
    length = length * 10 + digit(byte)
    digits += 1
  }
  if (digits === 0) throw new Error('an empty Content-Length')
  return length
}

function digit(byte: number | undefined): number {
  if (byte === undefined || byte < 48 || byte > 57)
    throw new Error('a number of the answer has other characters than digits')
  return byte - 48
}

/** Lines are short: a loop beats the call into native code. */
function nextLineEnd(bytes: Buffer, from: number, size: number): number {
  for (let at = from; at < size; at += 1) if (bytes[at] === LF) return at
  return -1
}

type Mode = 'head' | 'length' | 'chunks' | 'until close'

/** One answer. `head` is the status line and the headers, as sent. */
export interface Answer {
  status: number
  head: string
  body: Buffer
  /** Whether the connection may carry the next request. */
  keepAlive: boolean
  /** Whether there is a Set-Cookie among the headers. */
  setsCookies: boolean
}
