import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClientCount, ClientResult } from '../../load/figures/client-counts.ts'
import type { IncidentView } from '../../probes/incident-view.ts'
import { PortLedger } from '../../runtimes/native/process/ports.ts'
import type { RuntimeEvent, Target } from '../../runtimes/runtime.ts'
import { drillErrors } from '../errors.ts'
import type { Safety } from '../safety/safety.ts'
import type { SystemUnderDrill, TakeBack } from '../system.ts'

/** A small system for the tests of a run. */

/** Clock of the little world below, in milliseconds. */
export const SCRAPE_MS = 100
export const REPAIR_AFTER_MS = 250

/** A store, a Prometheus, an Alertmanager and a responder, in small: enough of each to be drilled, on real sockets. */
export class SmallWorld implements SystemUnderDrill {
  readonly lifts: string[] = []
  /** What was done besides faults. */
  readonly calls: string[] = []
  /** What it must take back by itself, and what it need not take back any more. */
  readonly leases: string[] = []
  /** What users saw, by result. */
  readonly reported: Partial<Record<ClientResult, number>> = {}
  readonly #twist: Twist
  readonly #servers: Server[] = []
  /** While the store is down, no other test takes its port. */
  readonly #ports = new PortLedger('127.0.0.1')
  readonly #samples: [number, number][] = []
  readonly #firings: Firing[] = []
  readonly #incidents: IncidentView[] = []
  readonly #events: RuntimeEvent[] = []
  #store: Server | undefined
  #storePort = 0
  #monitoringUrl = ''
  #down = false
  #unready = false
  /** Of users. */
  #requests = 0
  #prometheusDead = false
  #restartedAtMs = 0
  #timers: NodeJS.Timeout[] = []

  constructor(twist: Twist) {
    this.#twist = twist
  }

  async start(): Promise<void> {
    this.#storePort = await this.#ports.reserve(12_000)
    await this.#ports.release(this.#storePort)
    await this.#startStore()
    const monitoring = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x')
      if (this.#prometheusDead && url.pathname.startsWith('/api/v1/')) return void response.destroy()
      const { part } = this.#twist.silent ?? {}
      if (part !== undefined && url.pathname.startsWith(API_OF[part])) return void response.destroy()
      response.end(JSON.stringify(this.#monitoring(url)))
    })
    this.#servers.push(monitoring)
    await new Promise<void>((resolve) => monitoring.listen(0, '127.0.0.1', resolve))
    this.#monitoringUrl = `http://127.0.0.1:${(monitoring.address() as AddressInfo).port}`
    const labels = this.#twist.alertBefore
    if (labels !== undefined) this.#firings.push({ labels: { ...labels }, activeAtMs: Date.now() - 5_000 })
    this.#scrape()
    this.#timers.push(setInterval(() => this.#scrape(), SCRAPE_MS))
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    for (const server of [...this.#servers, this.#store]) {
      server?.closeAllConnections()
      await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)))
    }
    await this.#ports.close()
  }

  reportRequests = async (_: string, requests: readonly ClientCount[]) => {
    for (const { result, count } of requests) this.reported[result] = (this.reported[result] ?? 0) + count
  }

  async describe() {
    if (this.#twist.undescribed !== undefined) throw this.#twist.undescribed
    const address = { host: '127.0.0.1', port: this.#storePort }
    const replica = { id: 'store-1', state: 'healthy' as const, sinceMs: 0, address, restarts: 0 }
    const store = { name: 'store', kind: 'service' as const, summary: '', replicas: [replica], maxReplicas: 1 }
    const [prometheus, alertmanager, responder] = [this.#monitoringUrl, this.#monitoringUrl, this.#monitoringUrl]
    return {
      stackId: 's-1',
      runtime: 'fake',
      profile: 'lab',
      versions: { prometheus: '2.42.0' },
      endpoints: { prometheus, alertmanager, responder },
      services: [store],
      ...(this.#twist.safety === undefined ? {} : { safety: this.#twist.safety }),
      lastSequence: this.#events.length,
    }
  }

  async inject() {
    if (this.#twist.refuses instanceof Error) throw this.#twist.refuses
    if (this.#twist.refuses) throw drillErrors.error('FD_DRILL_REFUSED', { message: 'store: the quorum' })
    if (this.#twist.injectFails) throw new Error('the control server said no')
    if (this.#twist.misses) {
      const atMs = Date.now()
      return { id: 'f-1', injectedAtMs: atMs, landing: { landed: false, atMs, proof: 'store-1 was not running' } }
    }
    await this.#stopStore()
    const injectedAtMs = Date.now()
    this.#note('exited', 'itself')
    if (this.#twist.prometheusDies) this.#prometheusDead = true
    if (this.#twist.prometheusRestarts) this.#restartedAtMs = Date.now()
    return { id: 'f-1', injectedAtMs, landing: { landed: true, atMs: injectedAtMs, proof: 'pid 4711 is gone' } }
  }

  async lift(id: string) {
    this.lifts.push(id)
    if (this.#twist.liftFails) throw new Error('the control server is gone')
    const changed = this.#down
    if (changed) await this.#repair('fault')
    return { liftedAtMs: Date.now(), changed, detail: changed ? 'started store-1' : 'store-1 runs' }
  }

  async clearFaults() {
    this.calls.push('clear faults')
    return 1
  }

  async activeFaults() {
    return this.#twist.faultBefore ? [{ id: 'f-0', fault: 'latency', service: 'store' }] : []
  }

  /** With MAX_REQUESTS=1 the store is not ready. */
  async configure(service: string, settings: Readonly<Record<string, string | null>>) {
    this.calls.push(`configure ${service} ${JSON.stringify(settings)}`)
    if ('MAX_REQUESTS' in settings) this.#unready = settings.MAX_REQUESTS === '1'
  }

  async scale(service: string, replicas: number) {
    this.calls.push(`scale ${service} ${replicas}`)
  }

  async restart({ service }: Target) {
    this.calls.push(`restart ${service}`)
    await this.#repair('operator')
  }

  async lease(service: string, takeBack: TakeBack) {
    const what = `${service} ${JSON.stringify(takeBack)}`
    this.leases.push(what)
    return { settle: async () => void this.leases.push(`settled ${what}`), drop: () => undefined }
  }

  async events(afterSequence: number) {
    return this.#events.filter(({ sequence }) => sequence > afterSequence)
  }

  async incidents() {
    return this.#incidents
  }

  async limits() {
    return []
  }

  async #startStore(): Promise<void> {
    const store = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://x')
      const unready = this.#unready && pathname === '/ready'
      if (pathname !== '/ready') this.#requests += 1
      response.writeHead(unready || (this.#twist.failing && pathname !== '/ready') ? 500 : 200)
      // What was sent comes back, and an item has the key it was asked for by.
      let sent = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        sent += text
      })
      request.on('end', () =>
        response.end(JSON.stringify({ key: pathname.split('/').at(-1), ...(sent === '' ? {} : JSON.parse(sent)) })),
      )
    })
    await new Promise<void>((resolve) => store.listen(this.#storePort, '127.0.0.1', resolve))
    this.#store = store
    this.#down = false
  }

  async #stopStore(): Promise<void> {
    this.#down = true
    const store = this.#store
    this.#store = undefined
    const closed = new Promise((resolve) => (store === undefined ? resolve(undefined) : store.close(resolve)))
    store?.closeAllConnections()
    await closed
  }

  async #repair(actor: RuntimeEvent['actor']): Promise<void> {
    this.#note('starting', actor)
    await this.#startStore()
    this.#timers.push(setTimeout(() => this.#note('healthy', 'itself'), this.#twist.readyAfterMs ?? 0))
  }

  #note(kind: RuntimeEvent['kind'], actor: RuntimeEvent['actor']): void {
    const sequence = this.#events.length + 1
    this.#events.push({ sequence, atMs: Date.now(), service: 'store', replica: 'store-1', kind, actor })
  }

  /** One scrape, and the rules right after it. */
  #scrape(): void {
    const atMs = Date.now()
    this.#samples.push([atMs, this.#down ? 0 : 1])
    if (!this.#twist.noRule) this.#evaluate({ alertname: 'ServiceDown', service: 'store', instance: 'store-1' }, atMs)
    if (this.#twist.otherAlert) this.#evaluate({ alertname: 'DiskFull', service: 'postgres' }, atMs)
    if (this.#twist.calmAlert?.isDue) this.#evaluateCalm(atMs)
  }

  #evaluateCalm(atMs: number): void {
    const known = this.#firings.find(({ labels }) => labels.alertname === 'Calm')
    if (known === undefined) this.#firings.push({ labels: { alertname: 'Calm' }, activeAtMs: atMs })
    else if (known.isShown && atMs - known.activeAtMs >= 3 * SCRAPE_MS) known.endedAtMs ??= atMs
  }

  #evaluate(labels: Record<string, string>, atMs: number): void {
    const { alertname = '' } = labels
    const firing = this.#firings.find((one) => one.labels.alertname === alertname && one.endedAtMs === undefined)
    const incident = this.#incidents.find((one) => one.alertname === alertname && one.resolvedAtMs === undefined)
    if (this.#down && firing === undefined) {
      this.#firings.push({ labels, activeAtMs: atMs })
      if (this.#twist.noResponder) return
      const fresh: IncidentView = {
        id: `i-${this.#incidents.length + 1}`,
        number: this.#incidents.length + 1,
        alertname,
        labels,
        startsAtMs: atMs,
        receivedAtMs: atMs + 4,
        status: 'waiting',
        target: 'store-1',
        inProgress: true,
        actions: [],
      }
      this.#incidents.push(fresh)
      if (alertname === 'ServiceDown') this.#timers.push(setTimeout(() => void this.#act(fresh), REPAIR_AFTER_MS))
    }
    if (this.#down) return
    // One that Alertmanager has shown to nobody would be over before a busy machine looks.
    if (firing?.isShown) firing.endedAtMs = atMs
    if (incident !== undefined)
      Object.assign(incident, { endsAtMs: atMs, resolvedAtMs: atMs + 5, status: 'resolved', inProgress: false })
  }

  async #act(incident: IncidentView): Promise<void> {
    incident.decision = { action: 'restart', target: 'store-1', reason: 'policy' }
    incident.actingAtMs = Date.now()
    const action = { action: 'restart', target: 'store-1', actingAtMs: incident.actingAtMs }
    await this.#repair('responder')
    const actedAtMs = Date.now()
    Object.assign(incident, { actedAtMs, actionOk: true, status: 'helped', inProgress: false })
    incident.actions = [{ ...action, actedAtMs, ok: true }]
  }

  #monitoring({ pathname, searchParams }: URL): unknown {
    const active = this.#firings.filter(({ endedAtMs }) => endedAtMs === undefined)
    const iso = (ms: number) => new Date(ms).toISOString()
    const success = (data: unknown) => ({ status: 'success', data })
    switch (pathname) {
      case '/api/v1/targets':
        return success({ activeTargets: [{ labels: { instance: 'store-1' }, health: 'up', lastError: '' }] })
      case '/api/v2/silences':
        return []
      case '/api/v1/status/runtimeinfo':
        return success({ startTime: iso(this.#restartedAtMs) })
      case '/api/v1/alertmanagers':
        return success({ activeAlertmanagers: [{ url: 'http://127.0.0.1/' }] })
      case '/api/v1/rules':
        return success({
          groups: [
            { interval: 0.1, rules: [{ type: 'alerting', name: 'ServiceDown', query: 'up == 0', duration: 0 }] },
          ],
        })
      case '/api/v1/alerts':
        return success({
          alerts: [
            { labels: { alertname: 'Watchdog' }, state: 'firing', activeAt: iso(0) },
            ...active.map(({ labels, activeAtMs }) => ({ labels, state: 'firing', activeAt: iso(activeAtMs) })),
            ...[this.#twist.pendingBefore ?? []]
              .flat()
              .map((labels) => ({ labels, state: 'pending', activeAt: iso(0) })),
          ],
        })
      case '/api/v2/alerts':
        for (const one of active) one.isShown = true
        return active.map(({ labels, activeAtMs }) => ({
          labels,
          startsAt: iso(activeAtMs),
          updatedAt: iso(activeAtMs + 2),
          status: {
            state: this.#twist.suppression === undefined ? 'active' : 'suppressed',
            ...this.#twist.suppression,
          },
        }))
      case '/api/v1/query_range':
        return success({
          resultType: 'matrix',
          result: [
            { metric: {}, values: [[Date.now() / 1_000, searchParams.get('query')?.includes('bad') ? '2' : '1000']] },
          ],
        })
      default:
        return success(this.#query(searchParams.get('query') ?? ''))
    }
  }

  /** One objective: 1,000 events while the run lasts, of which 2 failed. */
  #slo(query: string): unknown {
    const labels = { sloth_id: 'store-availability' }
    const value = (number: number) => [Date.now() / 1_000, String(number)]
    const vector = (...result: { metric: Record<string, string>; value: unknown[] }[]) => ({
      resultType: 'vector',
      result,
    })
    if (query.startsWith('{')) {
      const metric = { ...labels, __name__: 'slo:current_burn_rate:ratio' }
      return vector({ metric, value: value(this.#twist.burning ?? 0) })
    }
    const counts = { 'slo:objective:ratio': 0.999, error_events: 2, total_events: 1_000 }
    const [, number = 0] = Object.entries(counts).find(([name]) => query.includes(name)) ?? []
    return vector({ metric: labels, value: value(number) })
  }

  #query(query: string): unknown {
    const metric = { __name__: 'up', service: 'store', instance: 'store-1' }
    const pair = ([atMs, value]: [number, number]) => [atMs / 1_000, String(value)]
    if (query.startsWith('ALERTS[')) {
      const result = this.#firings.map(({ labels, activeAtMs, endedAtMs = Date.now() }) => ({
        metric: { __name__: 'ALERTS', alertstate: 'firing', ...labels },
        values: [pair([activeAtMs, 1]), pair([endedAtMs, 1])],
      }))
      return { resultType: 'matrix', result }
    }
    if (query === 'time()')
      return { resultType: 'scalar', result: pair([Date.now() + (this.#twist.clockAheadMs ?? 0), 0]) }
    if (query.includes('sloth_id') || query.startsWith('slo:')) return this.#slo(query)
    const latest = this.#samples.at(-1) ?? [Date.now(), 1]
    const now = query === 'requests' ? ([Date.now(), this.#requests] as [number, number]) : latest
    if (!query.endsWith(']')) return { resultType: 'vector', result: [{ metric: {}, value: pair(now) }] }
    return { resultType: 'matrix', result: [{ metric, values: this.#samples.map(pair) }] }
  }
}

/** Where the paths of each begin. */
const API_OF = { prometheus: '/api/v1/', alertmanager: '/api/v2/' } as const

/** What is different in a test from the world in which all goes well. */
export interface Twist {
  /** The rule that should fire does not exist. */
  noRule?: boolean
  /** The responder does nothing; only lifting the fault repairs. */
  noResponder?: boolean
  /** How long after its start the replica is known to be ready, in milliseconds. It answers, and is scraped, before. */
  readyAfterMs?: number
  /** Another alert fires with the fault. */
  otherAlert?: boolean
  /** The kill hits nothing. */
  misses?: boolean
  /** An alert that is there before the drill. */
  alertBefore?: { alertname: string; service?: string }
  /** The labels of one that is pending then. */
  pendingBefore?: Record<string, string>
  /** The part of the monitoring that refuses to answer, as long as it is set. */
  silent?: { part: keyof typeof API_OF | undefined }
  /** Why the system cannot describe itself. */
  undescribed?: Error
  /** Prometheus refuses to answer once the fault is injected. */
  prometheusDies?: boolean
  /** Prometheus is started again once the fault is injected, so quickly that every question is answered. */
  prometheusRestarts?: boolean
  /** Once it is due, an alert fires for three scrapes. */
  calmAlert?: { isDue: boolean }
  /** What Alertmanager holds the alert back by once it fires. */
  suppression?: object
  /** A fault of another run. */
  faultBefore?: boolean
  /** An objective whose budget burns, and how many times too fast. */
  burning?: number
  injectFails?: boolean
  liftFails?: boolean
  /** Requests fail before the fault. */
  failing?: boolean
  /** By how much the clock of Prometheus is ahead, in milliseconds. */
  clockAheadMs?: number
  /** What it demands of every run. */
  safety?: Safety
  /** It does not allow the fault; with another error than that of a quorum. */
  refuses?: boolean | Error
}

interface Firing {
  labels: Record<string, string>
  activeAtMs: number
  endedAtMs?: number
  /** Alertmanager has answered with it. */
  isShown?: boolean
}
