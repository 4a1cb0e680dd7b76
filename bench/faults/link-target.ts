import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import type { ProxyWatch } from '../../src/proxy/http/watch-routes.ts'
import { type EchoServer, roundTripMs, startEcho } from '../measuring/echo.ts'
import type { HoldingTarget } from './kill-holder.ts'

const TOKEN = 'bench'
const SERVICE = 'redis'
const FAULTS: HoldingTarget['faults'] = [
  ['network-latency', { delay: '400ms' }],
  ['network-bandwidth', { rate: '1KiB/s' }],
  ['network-stall', { probability: '100%', duration: '500ms' }],
  ['network-blackhole', {}],
  ['network-reset', {}],
  ['network-slow-close', { delay: '1s' }],
  ['network-slicer', { size: '1B', delay: '100ms' }],
  ['network-limit', { size: '1B' }],
  ['network-fail-first', { connections: 1_000_000 }],
  ['network-down', {}],
]
/** How often services connect again while the fault is active, and how long they wait for an answer, in milliseconds. */
const TALK_EVERY_MS = 50
const TALK_MS = 600
/** A round trip through a link that nothing harms takes under a millisecond; a busy machine may need more. */
const UNHARMED_MS = 100

/** A store behind a fault proxy, which outlives the process that injects into the link, and clients that use it all the time. */
export class LinkTarget implements HoldingTarget {
  readonly token = TOKEN
  readonly service = SERVICE
  readonly faults = FAULTS
  readonly url: string
  readonly #child: ChildProcess
  readonly #echo: EchoServer
  readonly #talk: NodeJS.Timeout

  private constructor(child: ChildProcess, url: string, echo: EchoServer) {
    this.#child = child
    this.url = url
    this.#echo = echo
    this.#talk = setInterval(() => void this.#roundTripMs().catch(() => undefined), TALK_EVERY_MS)
  }

  static async start(): Promise<LinkTarget> {
    const echo = await startEcho()
    const folder = await mkdtemp(join(tmpdir(), 'fd-link-'))
    const plan = join(folder, 'proxies.json')
    await writeFile(
      plan,
      JSON.stringify([{ name: SERVICE, listen: '127.0.0.1:0', upstream: `127.0.0.1:${echo.port}` }]),
    )
    const child = spawn(process.execPath, [join(packageFolder(), 'bin', 'firedrill.js'), 'serve', 'proxy'], {
      env: { PATH: process.env.PATH, PORT: '0', PROXY_CONFIG: plan, PROXY_TOKEN: TOKEN },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, address } = JSON.parse(line) as { msg: string; address?: string }
      if (msg !== 'listening' || address === undefined) continue
      child.stdout.resume()
      await rm(folder, { recursive: true })
      return new LinkTarget(child, address, echo)
    }
    throw new Error('the proxy ended before it listened')
  }

  async stop(): Promise<void> {
    clearInterval(this.#talk)
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
    await this.#echo.close()
  }

  /** Why the link is not as it was; `undefined` when it is. */
  async unclean(): Promise<string | undefined> {
    const { enabled, toxics } = await this.#watch()
    if (!enabled) return 'the link is down'
    if (toxics.length > 0) return `it has ${toxics.map(({ type }) => type).join(', ')}`
    const tookMs = await this.#roundTripMs()
    return tookMs < UNHARMED_MS ? undefined : `a round trip took ${Math.round(tookMs)} ms`
  }

  async #roundTripMs(): Promise<number> {
    return roundTripMs((await this.#watch()).listen.port, TALK_MS)
  }

  async #watch(): Promise<ProxyWatch> {
    const answer = await fetch(`${this.url}/firedrill/proxies/${SERVICE}`, { signal: AbortSignal.timeout(1_000) })
    return (await answer.json()) as ProxyWatch
  }
}
