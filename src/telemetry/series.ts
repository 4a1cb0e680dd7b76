/** One time series that knows its lines in the Prometheus text format. */
export interface Series {
  render(): string
}

/** A number that only grows. */
export class Counter implements Series {
  readonly #line: string
  #value = 0

  constructor(name: string, labels: string) {
    this.#line = `${name}${braces(labels)} `
  }

  get value(): number {
    return this.#value
  }

  inc(by = 1): void {
    this.#value += by
  }

  render(): string {
    return `${this.#line}${this.#value}\n`
  }
}

/** A number read when it is asked for. */
export class Reading implements Series {
  readonly #line: string
  readonly #read: () => number

  constructor(name: string, labels: string, read: () => number) {
    this.#line = `${name}${braces(labels)} `
    this.#read = read
  }

  render(): string {
    return `${this.#line}${this.#read()}\n`
  }
}

/** Numbers read when they are asked for, as many as there are then. */
export class Readings implements Series {
  readonly #name: string
  readonly #read: () => Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>

  constructor(name: string, read: () => Iterable<readonly [Readonly<Record<string, string>>, number]>) {
    this.#name = name
    this.#read = read
  }

  render(): string {
    let text = ''
    for (const [labels, value] of this.#read()) text += `${this.#name}${braces(renderLabels(labels))} ${value}\n`
    return text
  }
}

/** Observations counted by bucket. `observe` allocates nothing; the sums that Prometheus wants are made when rendered. */
export class Histogram implements Series {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  readonly #bucketLines: readonly string[]
  readonly #sumLine: string
  readonly #countLine: string
  #sum = 0

  constructor(name: string, labels: string, bounds: readonly number[]) {
    const prefix = labels === '' ? '' : `${labels},`
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
    this.#bucketLines = [...bounds, '+Inf'].map((bound) => `${name}_bucket{${prefix}le="${bound}"} `)
    this.#sumLine = `${name}_sum${braces(labels)} `
    this.#countLine = `${name}_count${braces(labels)} `
  }

  observe(value: number): void {
    let bucket = 0
    for (const bound of this.#bounds) {
      if (value <= bound) break
      bucket++
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  render(): string {
    let text = ''
    let total = 0
    for (const [bucket, line] of this.#bucketLines.entries()) {
      total += this.#counts[bucket] ?? 0
      text += `${line}${total}\n`
    }
    return `${text}${this.#sumLine}${this.#sum}\n${this.#countLine}${total}\n`
  }
}

/** `method="GET",route="/items"`, escaped as the text format wants it. */
export function renderLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}
