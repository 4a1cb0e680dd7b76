/**
 * Reads a delivery of any length piece by piece, and holds no more of it than what is read of one alert:
 *
 *     { "groupKey": …, "alerts": [ { "labels": {…}, … }, … ] }
 *     1 delivery                 2 3 alert
 *
 * Whether what is passed over is JSON is not looked at.
 */
export class LongDelivery {
  readonly #onAlert: (json: string | undefined) => void
  readonly #envelope = new Picked(OF_DELIVERY)
  #alert: Picked | undefined
  #depth = 0
  #inString = false
  #escaped = false
  #inAlerts = false
  /** In the list of alerts, something that is no object. */
  #stray = false
  #hasAlerts = false

  /** @param onAlert Called with each alert, as JSON; `undefined` for one that is too long. */
  constructor(onAlert: (json: string | undefined) => void) {
    this.#onAlert = onAlert
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at++) {
      if (this.#inString && !this.#escaped) while (at < chunk.length - 1 && isPlain(chunk[at])) at++
      this.#read(chunk[at] ?? 0, chunk, at)
    }
    this.#envelope.keep(chunk, chunk.length)
    this.#alert?.keep(chunk, chunk.length)
  }

  /** The envelope as JSON. @throws SyntaxError when the delivery is not whole, or has no list of alerts */
  end(): string {
    if (this.#depth !== 0 || this.#inString) throw new SyntaxError('Unexpected end of JSON input')
    if (!this.#hasAlerts) throw new SyntaxError('there is no list of alerts')
    return `${this.#envelope.json?.slice(0, -1) ?? '{'}${this.#envelope.isEmpty ? '' : ','}"alerts":[]}`
  }

  /** What it holds now, about. */
  get heldBytes(): number {
    return this.#envelope.heldBytes + (this.#alert?.heldBytes ?? 0)
  }

  /** The object whose keys are read now. */
  get #object(): Picked | undefined {
    if (this.#depth === 1) return this.#envelope
    return this.#depth === 3 ? this.#alert : undefined
  }

  #read(byte: number, chunk: Buffer, at: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) {
        this.#inString = false
        this.#object?.quote(chunk, at)
      }
      return
    }
    switch (byte) {
      case QUOTE:
        this.#inString = true
        if (this.#depth === 2) this.#stray = this.#inAlerts
        this.#object?.quote(chunk, at)
        break
      case COLON:
        this.#object?.value(at)
        break
      case COMMA:
        this.#object?.next(chunk, at)
        if (this.#depth === 2) this.#endStray()
        break
      case BEGIN_OBJECT:
      case BEGIN_ARRAY:
        this.#begin(byte)
        break
      case END_OBJECT:
      case END_ARRAY:
        this.#end(chunk, at)
        break
      default:
        if (byte > SPACE && this.#depth === 2 && this.#inAlerts) this.#stray = true
    }
  }

  #begin(byte: number): void {
    if (this.#depth === 1 && byte === BEGIN_ARRAY && this.#envelope.key === 'alerts') {
      this.#inAlerts = true
      this.#hasAlerts = true
    } else if (this.#depth === 2 && this.#inAlerts) {
      if (byte === BEGIN_OBJECT) this.#alert = new Picked(OF_ALERT)
      else this.#stray = true
    }
    this.#depth++
  }

  #end(chunk: Buffer, at: number): void {
    this.#object?.next(chunk, at)
    if (this.#depth === 3 && this.#alert !== undefined) {
      this.#onAlert(this.#alert.json)
      this.#alert = undefined
    } else if (this.#depth === 2 && this.#inAlerts) {
      this.#endStray()
      this.#inAlerts = false
    }
    this.#depth--
  }

  #endStray(): void {
    if (this.#stray && this.#inAlerts) this.#onAlert('null')
    this.#stray = false
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [BEGIN_OBJECT, END_OBJECT, BEGIN_ARRAY, END_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d]
const SPACE = 0x20

/** What is read of a delivery and of an alert; the rest (annotations, foremost) is passed over, however long it is. */
const OF_DELIVERY: ReadonlySet<string> = new Set(['groupKey', 'truncatedAlerts', 'receiver'])
const OF_ALERT: ReadonlySet<string> = new Set(['status', 'labels', 'startsAt', 'endsAt'])
/** An alert whose labels, as JSON, take more bytes than this is not kept. */
const MOST_BYTES = 512 * 1024
const LONGEST_KEY = 32
/** What a piece that is kept takes besides its bytes, about: a sender chooses how many there are. */
export const PIECE_BYTES = 200

/** Neither ends a text nor escapes anything in it. */
function isPlain(byte: number | undefined): boolean {
  return byte !== QUOTE && byte !== BACKSLASH
}

/** The fields of one object that are read, gathered as JSON while it passes by. */
class Picked {
  readonly #wanted: ReadonlySet<string>
  readonly #parts: Buffer[] = []
  #bytes = 0
  #fields = 0
  /** What is being gathered, since when in this piece. */
  #gathering: 'key' | 'value' | undefined
  #from = 0
  #isKeyNext = true
  #key = ''
  key = ''

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted
  }

  get isEmpty(): boolean {
    return this.#fields === 0
  }

  get heldBytes(): number {
    return Math.min(this.#bytes, MOST_BYTES) + this.#parts.length * PIECE_BYTES
  }

  /** `undefined` when it is too long. */
  get json(): string | undefined {
    return this.#bytes > MOST_BYTES ? undefined : `{${Buffer.concat(this.#parts).toString()}}`
  }

  /** A quotation mark: of a key, it begins or ends it. */
  quote(chunk: Buffer, at: number): void {
    if (!this.#isKeyNext) return
    if (this.#gathering === undefined) {
      this.#gathering = 'key'
      this.#key = ''
      this.#from = at + 1
      return
    }
    this.keep(chunk, at)
    this.#gathering = undefined
    this.#isKeyNext = false
    this.key = this.#key
  }

  value(at: number): void {
    if (!this.#wanted.has(this.key)) return
    this.#add(Buffer.from(`${this.#fields++ === 0 ? '' : ','}"${this.key}":`))
    this.#gathering = 'value'
    this.#from = at + 1
  }

  /** The end of a field. */
  next(chunk: Buffer, at: number): void {
    this.keep(chunk, at)
    this.#gathering = undefined
    this.#isKeyNext = true
  }

  /** Takes what was gathered of this piece; the rest stands in the next one. */
  keep(chunk: Buffer, end: number): void {
    if (this.#gathering === 'value') this.#add(Buffer.from(chunk.subarray(this.#from, end)))
    if (this.#gathering === 'key' && this.#key.length <= LONGEST_KEY)
      this.#key += chunk.toString('latin1', this.#from, Math.min(end, this.#from + LONGEST_KEY + 1))
    this.#from = 0
  }

  #add(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes <= MOST_BYTES) this.#parts.push(part)
  }
}
