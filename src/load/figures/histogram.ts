/** Counts of times, from which percentiles are taken. */

/** Sub-buckets per power of two: a bucket is at most 1/512 of its value wide, so its middle is off by at most 0.1 %. */
const SUB = 512
/** One above the largest exponent: values up to 2^32 - 1 µs (71 minutes) have a bucket of their own. */
const BUCKETS = 22 * SUB + 2 * SUB
const LARGEST = 2 ** 32 - 1

/**
 * Times counted in buckets that grow with the value (an HDR histogram): recording costs nanoseconds and no memory, and two
 * of them add up exactly, so that a percentile over seconds, endpoints or threads is the percentile of all their requests.
 */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS)
  #low = BUCKETS
  #high = -1
  #count = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0
  #sum = 0

  get count(): number {
    return this.#count
  }
  /** Largest value, exactly, in microseconds; 0 when empty. */
  get max(): number {
    return this.#max
  }
  /** Mean in microseconds; 0 when empty. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  /** Counts one time in microseconds; what is below 0 or above 71 minutes counts as that. */
  record(microseconds: number): void {
    const value = microseconds < LARGEST ? (microseconds > 0 ? microseconds : 0) : LARGEST
    const bucket = bucketOf(Math.round(value))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    if (bucket < this.#low) this.#low = bucket
    if (bucket > this.#high) this.#high = bucket
    this.#count += 1
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** The time, in microseconds, that `percent` of all values (0-100) do not exceed; 0 when empty. */
  percentile(percent: number): number {
    if (this.#count === 0) return 0
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#count - 1e-9))
    if (rank >= this.#count) return this.#max
    let seen = 0
    for (let bucket = this.#low; bucket <= this.#high; bucket += 1) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)))
    }
    return this.#max
  }

  add(other: Histogram): void {
    for (let bucket = other.#low; bucket <= other.#high; bucket += 1) {
      const count = other.#counts[bucket] ?? 0
      if (count > 0) this.#addTo(bucket, count)
    }
    this.#addSums(other.#min, other.#max, other.#sum)
  }

  addPacked({ min, max, sum, counts }: PackedHistogram): void {
    for (let index = 0; index + 1 < counts.length; index += 2) {
      const [bucket = -1, count = 0] = [counts[index], counts[index + 1]]
      if (bucket >= 0 && bucket < BUCKETS) this.#addTo(bucket, count)
    }
    if (counts.length > 0) this.#addSums(min, max, sum)
  }

  pack(): PackedHistogram {
    const counts: number[] = []
    for (let bucket = this.#low; bucket <= this.#high; bucket += 1) {
      const count = this.#counts[bucket] ?? 0
      if (count > 0) counts.push(bucket, count)
    }
    return { min: this.#count === 0 ? 0 : this.#min, max: this.#max, sum: Math.round(this.#sum), counts }
  }

  clear(): void {
    if (this.#high >= 0) this.#counts.fill(0, this.#low, this.#high + 1)
    this.#low = BUCKETS
    this.#high = -1
    this.#count = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = 0
    this.#sum = 0
  }

  static from(packed: PackedHistogram): Histogram {
    const histogram = new Histogram()
    histogram.addPacked(packed)
    return histogram
  }

  #addTo(bucket: number, count: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#count += count
    if (bucket < this.#low) this.#low = bucket
    if (bucket > this.#high) this.#high = bucket
  }

  #addSums(min: number, max: number, sum: number): void {
    this.#min = Math.min(this.#min, min)
    this.#max = Math.max(this.#max, max)
    this.#sum += sum
  }
}

/** Values below 1024 have a bucket each; above, the ten leading bits select it. */
function bucketOf(value: number): number {
  const shift = value < 2 * SUB ? 0 : 22 - Math.clz32(value)
  return shift * SUB + (value >>> shift)
}

function middleOf(bucket: number): number {
  if (bucket < 2 * SUB) return bucket
  const shift = Math.floor(bucket / SUB) - 1
  return (bucket - shift * SUB + 0.5) * 2 ** shift
}

/** A histogram as threads send it and files hold it. Times are microseconds. */
export interface PackedHistogram {
  min: number
  max: number
  sum: number
  /** Bucket, count, bucket, count… of the buckets that are not empty, in order. */
  counts: number[]
}
