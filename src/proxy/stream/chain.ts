import type { ActiveToxic } from '../toxics/active-toxic.ts'
import type { Stage } from '../toxics/toxic.ts'
import { toxicDefinition } from '../toxics/toxics.ts'
import type { Ending, Sink } from './stream.ts'

/** The toxics that one stream passes. */

/** Bytes that a stream may hold back when no toxic needs more. */
const CAPACITY_BYTES = 64 * 1024

export interface ChainOptions {
  /** Receives what leaves the last toxic. */
  out: Sink
  /** Called with the number of bytes that will never leave the chain. */
  onDrop: (bytes: number) => void
  random: () => number
}

/** One toxic's place in one stream, whether or not it affects this stream. */
interface Node extends Sink {
  readonly toxic: ActiveToxic
  /** In [0, 1). The stream is affected when it is below the toxicity: a higher toxicity affects more streams, not other ones. */
  readonly draw: number
  /** Whether the connection was opened after the toxic was added. */
  readonly isNew: boolean
  next: Sink
  stage: Stage | undefined
  hasEnded: boolean
  hasDropped: boolean
}

/**
 * The toxics of one stream, in the order in which they were added. They may change while bytes are held: a toxic that is removed
 * passes its bytes on to the next one, so that no other byte is lost or overtaken.
 */
export class Chain implements Sink {
  readonly #options: ChainOptions
  #nodes: Node[] = []
  #first: Sink

  constructor(options: ChainOptions) {
    this.#options = options
    this.#first = options.out
  }

  /** Whether bytes pass unchanged and at once. */
  get isEmpty(): boolean {
    return this.#nodes.every((node) => node.stage === undefined)
  }

  get capacityBytes(): number {
    const wanted = this.#nodes.map(({ toxic, stage }) =>
      stage === undefined ? 0 : (toxicDefinition(toxic.type).capacityBytes?.(toxic.attributes) ?? 0),
    )
    return Math.max(CAPACITY_BYTES, ...wanted)
  }

  push(piece: Buffer): void {
    this.#first.push(piece)
  }

  end(how: Ending): void {
    this.#first.end(how)
  }

  add(toxic: ActiveToxic, isNew: boolean): void {
    const node: Node = {
      toxic,
      draw: this.#options.random(),
      isNew,
      next: this.#options.out,
      stage: undefined,
      hasEnded: false,
      hasDropped: false,
      push: (piece) => {
        if (node.stage === undefined) return node.next.push(piece)
        toxic.bytes += piece.length
        node.stage.push(piece)
      },
      end: (how) => (node.stage ?? node.next).end(how),
    }
    this.#nodes.push(node)
    this.#relink()
    this.#fit(node)
  }

  /** The attributes or the toxicity of a toxic have changed. */
  update(toxic: ActiveToxic): void {
    const node = this.#nodes.find((candidate) => candidate.toxic === toxic)
    if (node === undefined) return
    const before = node.stage
    this.#fit(node)
    if (node.stage === before) node.stage?.changed()
  }

  remove(toxic: ActiveToxic): void {
    const node = this.#nodes.find((candidate) => candidate.toxic === toxic)
    if (node === undefined) return
    this.#lift(node)
    this.#nodes = this.#nodes.filter((other) => other !== node)
    this.#relink()
  }

  /** The connection has closed. */
  stop(): void {
    for (const { stage } of this.#nodes) stage?.stop()
    this.#nodes = []
    this.#relink()
  }

  /** Makes the toxic affect the stream, or not, by its toxicity. */
  #fit(node: Node): void {
    const isAffected = node.draw < node.toxic.toxicity
    if (isAffected === (node.stage !== undefined)) return
    if (isAffected) this.#start(node)
    else this.#lift(node)
  }

  #start(node: Node): void {
    const { toxic, isNew } = node
    toxic.connections++
    const drop = (bytes: number) => {
      node.hasDropped ||= bytes > 0
      this.#options.onDrop(bytes)
    }
    const out: Sink = {
      push: (piece) => (node.hasEnded ? drop(piece.length) : node.next.push(piece)),
      end: (how) => {
        if (node.hasEnded) return
        node.hasEnded = true
        node.next.end(how)
      },
    }
    const stage = toxicDefinition(toxic.type).start(() => toxic.attributes, {
      out,
      drop,
      connection: isNew ? toxic.newConnections++ : undefined,
      ageMs: () => performance.now() - toxic.addedMs,
      nowMs: () => performance.now(),
      random: this.#options.random,
    })
    node.stage = stage
  }

  #lift(node: Node): void {
    const { stage } = node
    if (stage === undefined) return
    stage.release()
    stage.stop()
    node.stage = undefined
    if (node.hasDropped && !node.hasEnded) node.next.end('close')
  }

  #relink(): void {
    let next = this.#options.out
    for (const node of this.#nodes.toReversed()) {
      node.next = next
      next = node
    }
    this.#first = next
  }
}
