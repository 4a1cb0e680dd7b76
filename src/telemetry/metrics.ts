import { performance } from 'node:perf_hooks'
import { collectDefaultMetrics, Registry } from 'prom-client'
import {
  type CounterName,
  catalog,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
} from './catalog/catalog.ts'
import type { MetricDefinition } from './catalog/metric-definition.ts'
import { Counter, Histogram, Reading, Readings, renderLabels, type Series } from './series.ts'

/** The metrics of one process, by the catalog. */

/** Milliseconds between two looks at the event loop: 0.2 % of a core when idle, against 0.5 % at 20 ms and 1 % at 10 ms. */
const EVENT_LOOP_RESOLUTION_MS = 50

/** How long the process metrics are kept, in milliseconds: collecting them takes 2 ms, and they change slowly. */
const PROCESS_METRICS_MS = 1_000

/**
 * The metrics of one process: those of the catalog, and prom-client's for process, memory, event loop and garbage
 * collection. A series exists, at 0, from the moment it is asked for; asking again returns the same one. Resolve a series
 * once and keep it: that is what makes an observation cost nanoseconds.
 */
export class Metrics {
  static readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE
  readonly #families = new Map<MetricName, Map<string, Series>>()
  readonly #registry = new Registry()
  #collected: Promise<string> = Promise.resolve('')
  #collectedMs = Number.NEGATIVE_INFINITY

  constructor() {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: EVENT_LOOP_RESOLUTION_MS })
    this.read('nodejs_eventloop_active_seconds_total', {}, () => performance.eventLoopUtilization().active / 1_000)
  }

  counter<Name extends CounterName>(name: Name, labels: LabelsOf<Name>): Counter {
    return this.#series(name, labels, (text) => new Counter(name, text))
  }

  histogram<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>): Histogram {
    return this.#series(name, labels, (text) => new Histogram(name, text, catalog[name].buckets))
  }

  /** A gauge, or a counter kept elsewhere, whose value is read at each scrape. */
  read<Name extends GaugeName | CounterName>(name: Name, labels: LabelsOf<Name>, read: () => number): void {
    this.#series(name, labels, (text) => new Reading(name, text, read))
  }

  /** As `read`, of series that come and go: which there are is asked for at each scrape. */
  readEach<Name extends GaugeName | CounterName>(
    name: Name,
    read: () => Iterable<readonly [labels: LabelsOf<Name>, value: number]>,
  ): void {
    this.#family(name).set('', new Readings(name, read))
  }

  /** Everything, in the Prometheus text format. */
  async render(): Promise<string> {
    let text = await this.#processMetrics()
    for (const [name, family] of this.#families) {
      const { help, type }: MetricDefinition = catalog[name]
      text += `\n# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
      for (const series of family.values()) text += series.render()
    }
    return text
  }

  #processMetrics(): Promise<string> {
    const nowMs = performance.now()
    if (nowMs - this.#collectedMs >= PROCESS_METRICS_MS) {
      this.#collectedMs = nowMs
      this.#collected = this.#registry.metrics()
    }
    return this.#collected
  }

  #series<S extends Series>(
    name: MetricName,
    labels: Readonly<Record<string, string>>,
    create: (text: string) => S,
  ): S {
    const family = this.#family(name)
    const text = renderLabels(labels)
    const existing = family.get(text)
    // One name has one type in the catalog, so what is there has the type that was asked for.
    if (existing !== undefined) return existing as S
    const series = create(text)
    family.set(text, series)
    return series
  }

  #family(name: MetricName): Map<string, Series> {
    let family = this.#families.get(name)
    if (family === undefined) {
      family = new Map()
      this.#families.set(name, family)
    }
    return family
  }
}
