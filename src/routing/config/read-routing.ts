import { defined } from '../../base/defined.ts'
import { type FileProblem, InvalidFileError, type Path } from '../../base/files/file-problem.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { parsePromDuration } from '../../base/units/duration.ts'
import { readYamlFile } from '../../base/yaml/yaml-file.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'
import { routingErrors } from '../errors.ts'
import { matchersText } from '../matcher.ts'
import type { Inhibition, Integration, Receiver, Route, Routing } from '../routing.ts'
import { ConfigCheck } from './config-check.ts'
import { listOf, type Mapping, mappingOf, plainValue, textOf, textsOf } from './plain-value.ts'
import { readIntervals } from './read-intervals.ts'
import { configSchema, inhibitionSchema, receiverSchema, routeSchema } from './routing-schema.ts'

/** Reads Alertmanager's configuration. @throws FD_ROUTING_NOT_FOUND, FD_FILE_UNREADABLE, or FD_ROUTING_INVALID with all problems */
export async function readRouting(file: string): Promise<Routing> {
  const text = await readYamlFile(file, (found) =>
    routingErrors.error('FD_ROUTING_NOT_FOUND', {
      message: 'there is no such file',
      expected: "the path of Alertmanager's configuration: alertmanager.yml",
      ...found,
    }),
  )
  return parseRouting(text, file)
}

/** The same for a text; `file` is what problems name. @throws FD_ROUTING_INVALID */
export function parseRouting(text: string, file: string): Routing {
  const { routing, problems } = routingIn(text)
  if (routing === undefined || problems.length > 0) throw new InvalidFileError('FD_ROUTING_INVALID', file, problems)
  return routing
}

/**
 * The configuration that an Alertmanager has loaded. One of a newer version may have keys that are not known here: they are passed
 * over. `why`: it cannot be read.
 */
export function readLoadedRouting(
  text: string,
): { routing: Routing; why?: undefined } | { routing?: undefined; why: string } {
  const { routing, problems } = routingIn(text)
  const [first] = problems.filter(({ message }) => !message.startsWith('unknown key'))
  if (routing !== undefined && first === undefined) return { routing }
  return { why: first === undefined ? 'there are no routes in it' : `line ${first.line}: ${first.message}` }
}

function routingIn(text: string): { routing?: Routing; problems: FileProblem[] } {
  const source = parseYamlSource(text, { numbersAsWritten: true })
  if (source.problems.length > 0) return { problems: source.problems }
  const config = plainValue(source.value)
  const check = new ConfigCheck(source)
  if (!check.fits(configSchema, config, [])) return { problems: check.problems }
  const mapping = mappingOf(config)
  const intervals = readIntervals(mapping, check)
  const receivers = readReceivers(mapping, check)
  const reader = new RouteReader(check, { receivers: [...receivers.keys()], intervals: [...intervals.keys()] })
  const root = reader.root(mappingOf(mapping.route))
  const inhibitions = readInhibitions(mapping, check)
  return { routing: { root, receivers, inhibitions, intervals }, problems: check.problems }
}

function readReceivers(config: Mapping, check: ConfigCheck): Map<string, Receiver> {
  const receivers = new Map<string, Receiver>()
  for (const [index, given] of listOf(config.receivers).entries()) {
    const path: Path = ['receivers', index]
    if (!check.fits(receiverSchema, given, path)) continue
    const { name: written, ...others } = mappingOf(given)
    const name = textOf(written)
    if (receivers.has(name)) check.report([...path, 'name'], { message: `the receiver ${name} is there twice` })
    receivers.set(name, {
      name,
      integrations: Object.entries(others).flatMap(([key, list]) => integrationsOf(key, list)),
    })
  }
  return receivers
}

function integrationsOf(key: string, list: unknown): Integration[] {
  const kind = key.replace(/_configs$/, '').replaceAll('_', ' ')
  return listOf(list).map((one) => {
    const written = JSON.stringify(one)
    // Alertmanager shows no secrets: two that look alike may differ in them.
    return written.includes('<secret>') ? { kind } : { kind, written }
  })
}

function readInhibitions(config: Mapping, check: ConfigCheck): Inhibition[] {
  return listOf(config.inhibit_rules).flatMap((given, index) => {
    const path: Path = ['inhibit_rules', index]
    if (!check.fits(inhibitionSchema, given, path)) return []
    const rule = mappingOf(given)
    const [source, target] = [check.matchers(rule, path, 'source_'), check.matchers(rule, path, 'target_')]
    return [{ source, target, equal: textsOf(rule.equal) }]
  })
}

/** What Alertmanager has where the configuration has nothing. */
const DEFAULTS = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 4 * 3_600_000 } as const

/** Names that routes refer to. */
interface Names {
  receivers: readonly string[]
  intervals: readonly string[]
}

type Outer = Pick<Route, 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'> & {
  way: readonly string[]
}

class RouteReader {
  readonly #check: ConfigCheck
  readonly #names: Names

  constructor(check: ConfigCheck, names: Names) {
    this.#check = check
    this.#names = names
  }

  root(given: Mapping): Route {
    const route = this.#route(given, ['route'], { receiver: '', groupBy: [], ...DEFAULTS, way: [] })
    const report = (message: string) => this.#check.report(['route'], { message })
    if (textOf(given.receiver) === '') report('the first route has no receiver')
    if (route.matchers.length > 0) report('the first route has matchers: it takes every alert')
    if (route.mutedIn.length + route.activeIn.length > 0)
      report('the first route has time intervals: it always notifies')
    return route
  }

  #route(value: unknown, path: Path, outer: Outer): Route {
    this.#check.fits(routeSchema, value, path)
    const given = mappingOf(value)
    const matchers = this.#check.matchers(given, path)
    const own = {
      receiver: textOf(given.receiver) || outer.receiver,
      groupBy: this.#groupBy(given, path) ?? outer.groupBy,
      groupWaitMs: msOf(given.group_wait) ?? outer.groupWaitMs,
      groupIntervalMs: msOf(given.group_interval) ?? outer.groupIntervalMs,
      repeatIntervalMs: msOf(given.repeat_interval) ?? outer.repeatIntervalMs,
    }
    this.#known(textOf(given.receiver), { ...RECEIVERS, names: this.#names.receivers }, [...path, 'receiver'])
    for (const key of ['mute_time_intervals', 'active_time_intervals']) {
      for (const [index, name] of textsOf(given[key]).entries()) {
        this.#known(name, { ...INTERVALS, names: this.#names.intervals }, [...path, key, index])
      }
    }
    for (const key of ['group_interval', 'repeat_interval']) {
      if (msOf(given[key]) === 0) this.#check.report([...path, key], { message: 'is 0', expected: 'a time above 0s' })
    }
    const way = matchers.length === 0 ? outer.way : [...outer.way, matchersText(matchers)]
    return {
      ...own,
      matchers,
      continues: given.continue === true,
      mutedIn: textsOf(given.mute_time_intervals),
      activeIn: textsOf(given.active_time_intervals),
      routes: listOf(given.routes).map((inner, index) =>
        this.#route(inner, [...path, 'routes', index], { ...own, way }),
      ),
      name: way.length === 0 ? (path.length === 1 ? 'the first route' : 'a route for all') : `{${way.join(', ')}}`,
      place: this.#check.source.positionOf(path),
    }
  }

  #groupBy(given: Mapping, path: Path): Route['groupBy'] | undefined {
    const names = textsOf(given.group_by)
    if (names.length === 0) return undefined
    const report = (message: string) => this.#check.report([...path, 'group_by'], { message })
    if (new Set(names).size < names.length) report('a label is there twice')
    if (!names.includes('...')) return names
    if (names.length > 1) report('... stands for all labels: no other one goes with it')
    return 'all'
  }

  #known(given: string, { what, names, where }: typeof RECEIVERS & { names: readonly string[] }, path: Path): void {
    if (given === '' || names.includes(given)) return
    const next = didYouMean(given, names)
    this.#check.report(path, {
      message: `there is no ${what} "${given}"`,
      expected: `a name of ${where}`,
      ...defined({ next }),
    })
  }
}

const RECEIVERS = { what: 'receiver', where: 'receivers' }
const INTERVALS = { what: 'time interval', where: 'time_intervals' }

function msOf(written: unknown): number | undefined {
  return typeof written === 'string' ? parsePromDuration(written) : undefined
}
