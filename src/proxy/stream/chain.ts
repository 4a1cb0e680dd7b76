import type { ActiveToxic } from '../toxics/active-toxic.ts'
import type { Stage } from '../toxics/toxic.ts'
import { toxicDefinition } from '../toxics/toxics.ts'
import type { Ending, Sink } from './stream.ts'

/** What a stream may hold back when no toxic asks for more. */
const CAPACITY_BYTES = 64 * 1024

export interface ChainOptions {
  /** What comes after the last toxic. */
  out: Sink
  /** Bytes of the stream that will never come out of it. */
  onDrop: (bytes: number) => void
  random: () => number
}

/** One toxic's place in one stream, whether it harms this one or not. */
interface Node extends Sink {
  readonly toxic: ActiveToxic
  /** In [0, 1). The stream is harmed when it is below the toxicity: raising that harms more streams, not other ones. */
  readonly draw: number
  /** Whether the connection was opened after the toxic was added. */
  readonly isNew: boolean
  next: Sink
  stage: Stage | undefined
  hasEnded: boolean
  hasDropped: boolean
}

/**
 * The toxics of one stream, in the order in which they were added. All of it may change while bytes are held: a toxic that
 * goes passes on what it has to the next one, so that no other byte is lost or overtaken.
 */
export class Chain implements Sink {
  readonly #options: ChainOptions
  #nodes: Node[] = []
  #first: Sink

  constructor(options: ChainOptions) {
    this.#options = options
    this.#first = options.out
  }

  /** Whether bytes go through unharmed and at once. */
  get isEmpty(): boolean {
    return this.#nodes.every((node) => node.stage === undefined)
  }

  get capacityBytes(): number {
    const wished = this.#nodes.map(({ toxic, stage }) =>
      stage === undefined ? 0 : (toxicDefinition(toxic.type).capacityBytes?.(toxic.attributes) ?? 0),
    )
    return Math.max(CAPACITY_BYTES, ...wished)
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

  /** Its attributes or its toxicity are other ones now. */
  update(toxic: ActiveToxic): void {
    const node = this.#nodes.find((one) => one.toxic === toxic)
    if (node === undefined) return
    const before = node.stage
    this.#fit(node)
    if (node.stage === before) node.stage?.changed()
  }

  remove(toxic: ActiveToxic): void {
    const node = this.#nodes.find((one) => one.toxic === toxic)
    if (node === undefined) return
    this.#lift(node)
    this.#nodes = this.#nodes.filter((one) => one !== node)
    this.#relink()
  }

  /** The connection is gone. */
  stop(): void {
    for (const { stage } of this.#nodes) stage?.stop()
    this.#nodes = []
    this.#relink()
  }

  /** Harms the stream, or does not, as the toxicity says. */
  #fit(node: Node): void {
    const isHarmed = node.draw < node.toxic.toxicity
    if (isHarmed === (node.stage !== undefined)) return
    if (isHarmed) this.#start(node)
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
