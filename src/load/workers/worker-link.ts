import { hostname } from 'node:os'
import { type ErrorCode, FiredrillError } from '../../base/errors.ts'
import { packageVersion } from '../../base/files/package-version.ts'
import { isObject } from '../../base/is-object.ts'
import { loadErrors } from '../errors.ts'
import { type Carrier, notAWorker } from './carrier.ts'
import { type AnswerTimes, clockMs, type WorkerAnswers, type WorkerCall, type WorkerDescription } from './protocol.ts'
import { isGenuine, newNonce, readSealed, type Sealed, seal, sessionKey } from './seal.ts'
import { WorkerClock } from './worker-clock.ts'

/** The coordinator's end of a session with one worker. Its calls follow each other. */
export class WorkerLink {
  readonly name: string
  readonly clock = new WorkerClock()
  description!: WorkerDescription
  readonly #carrier: Carrier
  readonly #session: string
  readonly #key: Buffer
  #seq = 0
  #last: Promise<unknown> = Promise.resolve()

  private constructor(carrier: Carrier, session: string, key: Buffer) {
    this.name = carrier.name
    this.#carrier = carrier
    this.#session = session
    this.#key = key
  }

  /**
   * Greets a worker, and measures its clock.
   * @throws FD_LOAD_WORKER_UNREACHABLE, FD_LOAD_WORKER_ANSWER, FD_LOAD_WORKER_VERSION, FD_LOAD_WORKER_TOKEN
   */
  static async open(carrier: Carrier, token: string): Promise<WorkerLink> {
    const coordinator = newNonce()
    const greeting = await carrier.send({ hello: coordinator }, CALL_MS)
    const { session, version, proof } = readGreeting(greeting, carrier.name)
    if (version !== packageVersion()) {
      throw loadErrors.error('FD_LOAD_WORKER_VERSION', {
        message: 'the worker is of another version',
        where: carrier.name,
        expected: `Firedrill ${packageVersion()}, as here`,
        given: version.slice(0, 50),
        next: 'install the same version on both machines',
      })
    }
    const nonces = { coordinator, worker: session }
    const key = sessionKey(token, nonces)
    if (!isGenuine(key, 'answer', proof)) {
      throw loadErrors.error('FD_LOAD_WORKER_TOKEN', {
        message: 'the worker has another token',
        where: carrier.name,
        expected: 'one token for all workers and for firedrill load',
        next: 'set the same value in FIREDRILL_WORKER_TOKEN on both machines',
      })
    }
    const link = new WorkerLink(carrier, session, key)
    for (let n = 0; n < CLOCK_EXCHANGES; n += 1) link.description = await link.call({ kind: 'describe' })
    return link
  }

  /**
   * One call, after those before it.
   * @throws what the worker answers with, named; FD_LOAD_WORKER_UNREACHABLE when it does not answer; FD_LOAD_WORKER_LOST when it has no
   * such session any more
   */
  call<K extends WorkerCall['kind']>(call: WorkerCall & { kind: K }): Promise<WorkerAnswers[K]> {
    const answer = this.#last.then(() => this.#exchange(call))
    this.#last = answer.catch(() => undefined)
    return answer as Promise<WorkerAnswers[K]>
  }

  /** Ends the session, and what the worker does in it. */
  async close(): Promise<void> {
    await this.call({ kind: 'release' }).catch(() => undefined)
    await this.#carrier.close()
  }

  async #exchange(call: WorkerCall): Promise<unknown> {
    this.#seq += 1
    const seq = this.#seq
    const sealed = seal(this.#key, 'call', { seq, text: JSON.stringify(call) })
    const sentAtMs = clockMs()
    const timeoutMs = call.kind === 'prepare' ? PREPARE_MS : CALL_MS
    const answer = await this.#carrier.send({ session: this.#session, ...sealed }, timeoutMs)
    const returnedAtMs = clockMs()
    const opened = this.#open(answer, seq)
    this.clock.add({ sentAtMs, receivedAtMs: opened.receivedAtMs, answeredAtMs: opened.sentAtMs, returnedAtMs })
    if (opened.error === undefined) return opened.value
    const { code, message, ...details } = opened.error
    throw new FiredrillError(code, { ...details, message: `worker ${this.name}: ${message}` })
  }

  #open(answer: unknown, seq: number): Opened {
    const sealed = readSealed(answer)
    if (sealed !== undefined && sealed.seq === seq && isGenuine(this.#key, 'answer', sealed)) {
      return JSON.parse(sealed.text) as Opened
    }
    if (isObject(answer) && (answer.refused === 'session' || answer.refused === 'token')) {
      throw loadErrors.error('FD_LOAD_WORKER_LOST', {
        message: `worker ${this.name}: it no longer knows this load: it was started again`,
      })
    }
    throw notAWorker(this.name)
  }
}

/** For people, and for who finds a worker busy. */
export function thisCoordinator(): string {
  return `${hostname()}, process ${process.pid}`
}

/** Bound of one exchange. */
const CALL_MS = 3_000
/** A worker resolves the names of the targets. Shorter than the lease. */
const PREPARE_MS = 8_000
/** The quickest of them counts. */
const CLOCK_EXCHANGES = 8

interface Opened extends AnswerTimes {
  value?: unknown
  error?: { code: ErrorCode; message: string }
}

interface Greeting {
  session: string
  version: string
  proof: Sealed
}

function readGreeting(value: unknown, name: string): Greeting {
  if (!isObject(value)) throw notAWorker(name)
  const { session, version, proof: text } = value
  const proof = readSealed(text)
  if (typeof session !== 'string' || typeof version !== 'string' || proof === undefined) throw notAWorker(name)
  return { session, version, proof }
}
