import { hostname } from 'node:os'
import { FiredrillError } from '../../base/errors.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { sleep } from '../../base/wait.ts'
import { loadErrors } from '../errors.ts'
import { checkTargets } from '../http/check-targets.ts'
import { unpackJourney } from '../journey/packed-journey.ts'
import { LEASE_MS, type PreparedLoad, type WorkerAnswers, type WorkerCall } from './protocol.ts'
import { type StartShard, WorkerLoad } from './worker-load.ts'

/** What a worker does for its coordinators: for one at a time, until that releases it or is silent for too long. */
export class WorkerDuty {
  readonly #options: WorkerDutyOptions
  #turn: Turn | undefined
  /** The last turn that has ended, and why. */
  #ended: { session: string; because: string } | undefined
  /** Called when a coordinator learns that its turn has ended. */
  #onNoticed: () => void = () => undefined

  constructor(options: WorkerDutyOptions) {
    this.#options = options
  }

  /** Whether a session has the worker. */
  isHeldBy(session: string): boolean {
    return this.#turn?.session === session
  }

  /** @throws FD_LOAD_WORKER_BUSY, FD_LOAD_WORKER_LOST, FD_LOAD_JOURNEY, FD_LOAD_TARGET, FD_LOAD_REMOTE */
  async carryOut(session: string, call: WorkerCall): Promise<WorkerAnswers[WorkerCall['kind']]> {
    if (call.kind === 'describe') return this.#describe()
    if (call.kind === 'prepare') return this.#prepare(session, call.load)
    const load = this.#loadOf(session)
    switch (call.kind) {
      case 'start':
        return { lateMs: load.start(call.atMs) }
      case 'poll':
        return load.poll(call.after)
      case 'stop':
        load.stop()
        return null
      case 'release':
        this.#end(this.#turn, 'its coordinator has released it')
        return null
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    const turn = this.#turn
    this.#end(turn, 'it was stopped on its machine')
    if (turn?.load === undefined) return
    // Its coordinator asks soon, and then has a reason; without one it would see only that nobody answers.
    const bound = new AbortController()
    const noticed = new Promise<void>((resolve) => {
      this.#onNoticed = resolve
    })
    await turn.load.over
    await Promise.race([noticed, sleep(NOTICE_MS, bound.signal).catch(() => undefined)])
    bound.abort()
  }

  #describe(): WorkerAnswers['describe'] {
    const { threads, allowRemote } = this.#options
    return { host: hostname(), pid: process.pid, threads, allowsRemote: allowRemote }
  }

  async #prepare(session: string, load: PreparedLoad): Promise<null> {
    if (this.#turn !== undefined) {
      throw loadErrors.error('FD_LOAD_WORKER_BUSY', {
        message: `it works for another load, of ${this.#turn.coordinator}`,
        expected: 'a worker for each load',
        given: `since ${formatDuration(performance.now() - this.#turn.sinceMs)}`,
        next: 'wait until that load is over, or start another worker',
      })
    }
    const { coordinator } = load
    const lease = setTimeout(() => this.#silent(turn), this.#options.leaseMs ?? LEASE_MS)
    const turn: Turn = {
      session,
      coordinator,
      sinceMs: performance.now(),
      lease,
      load: undefined,
      endsBecause: undefined,
    }
    this.#turn = turn
    try {
      turn.load = await this.#begin(load)
    } catch (error) {
      this.#free(turn)
      throw error
    }
    this.#options.onChange(`works for ${coordinator}`)
    // Released, or closed, while its journey was unpacked.
    if (turn.endsBecause !== undefined) this.#end(turn, turn.endsBecause)
    return null
  }

  async #begin(load: PreparedLoad): Promise<WorkerLoad> {
    const { threads, allowRemote, startShard } = this.#options
    const { network, origins } = load.options
    if (load.shares.length < 1 || load.shares.length > threads) {
      throw loadErrors.error('FD_LOAD_WORKER_LOST', {
        message: `it was given ${load.shares.length} shares and has ${threads} threads`,
      })
    }
    const allowed = { ...network, allowRemote: network.allowRemote && allowRemote }
    await checkTargets(origins, allowed).catch((error: unknown) => {
      if (!(error instanceof FiredrillError) || error.code !== 'FD_LOAD_REMOTE') throw error
      throw loadErrors.error('FD_LOAD_REMOTE', {
        ...error.details,
        expected: "a target on the worker's own machine",
        next: '--allow-remote for firedrill load and for firedrill load worker, if the target is yours to load and its owners know',
      })
    })
    const journey = await unpackJourney(load.journey)
    return new WorkerLoad({ ...load, options: { ...load.options, network: allowed } }, { journey, startShard })
  }

  /** The load of that session; its coordinator is still there. */
  #loadOf(session: string): WorkerLoad {
    const turn = this.#turn
    if (turn?.session !== session || turn.load === undefined || turn.endsBecause !== undefined) {
      const ended = turn?.session === session ? turn.endsBecause : undefined
      const before = this.#ended?.session === session ? this.#ended.because : undefined
      this.#onNoticed()
      throw loadErrors.error('FD_LOAD_WORKER_LOST', {
        message: `it has ended its part of this load: ${ended ?? before ?? 'it knows no such load'}`,
      })
    }
    turn.lease.refresh()
    return turn.load
  }

  #silent(turn: Turn): void {
    this.#options.onChange(`${turn.coordinator} is silent: its load ends here`)
    this.#end(turn, SILENT)
  }

  #end(turn: Turn | undefined, because: string): void {
    if (turn === undefined || turn !== this.#turn) return
    turn.endsBecause ??= because
    if (turn.load === undefined) return
    turn.load.end()
    void turn.load.over.then(() => this.#free(turn))
  }

  #free(turn: Turn): void {
    clearTimeout(turn.lease)
    if (this.#turn !== turn) return
    this.#turn = undefined
    const { session, endsBecause: because = 'it was not prepared' } = turn
    this.#ended = { session, because }
    this.#options.onChange('free')
    this.#options.onFree()
  }
}

/** Coordinators ask more often. */
const NOTICE_MS = 2_000
const SILENT = 'its coordinator was silent for too long'

export interface WorkerDutyOptions {
  threads: number
  /** Whether it may load other machines than its own. */
  allowRemote: boolean
  startShard: StartShard
  /** After that much silence of its coordinator it is free again. Default: `LEASE_MS`. */
  leaseMs?: number
  /** Called with what has become of it, in a few words. */
  onChange(text: string): void
  /** Called when a load is over. */
  onFree(): void
}

/** The time in which one coordinator has the worker. */
interface Turn {
  session: string
  coordinator: string
  sinceMs: number
  /** Its end: moved on by each call. */
  lease: NodeJS.Timeout
  /** `undefined` while it is prepared. */
  load: WorkerLoad | undefined
  /** Why it ends; `undefined` while it does not. */
  endsBecause: string | undefined
}
