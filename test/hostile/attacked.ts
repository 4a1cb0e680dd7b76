import { appendFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'

/** Firedrill's own servers: what answers to Firedrill's manners. */
export const OWN = ['control', 'responder', 'store', 'quotes', 'worker', 'proxy'] as const
export type Own = (typeof OWN)[number]

export interface Attacked {
  state: string
  view: StackView
  /** http://host:port of each of Firedrill's own servers. */
  urls: Record<Own, string>
  /** Every secret of the stack, by name. */
  secrets: Record<string, string>
}

/** The stack that is up, as an attacker who may read everything knows it. */
export async function readAttacked(): Promise<Attacked> {
  const state = inject('state')
  const control = JSON.parse(await readFile(join(state, 'control.json'), 'utf8')) as { url: string }
  const view = (await (await fetch(`${control.url}/v1/stack`)).json()) as StackView
  const urlOf = (name: string) => {
    const address = view.services.find((one) => one.name === name)?.replicas[0]?.address
    if (address === undefined) throw new Error(`there is no ${name}`)
    return `http://${address.host}:${address.port}`
  }
  const urls = Object.fromEntries(OWN.map((name) => [name, name === 'control' ? control.url : urlOf(name)]))
  const names = await readdir(join(state, 'secrets'))
  const secrets = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(state, 'secrets', name), 'utf8')).trim()]),
  )
  return { state, view, urls: urls as Record<Own, string>, secrets: Object.fromEntries(secrets) }
}

/** Adds a line to the table that is printed at the end. */
export function counted(what: string, count: number, result: string): void {
  appendFileSync(inject('counts'), `${JSON.stringify({ what, count, result })}\n`)
}

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** One request on a connection of its own. `path` is sent as it stands. A stream is left after its head. */
export function ask(
  url: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  // Node gives a DELETE no length by itself: its body would stand there as the next request.
  const sent = body === '' ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const asked = request({
      hostname,
      port,
      path,
      method,
      headers: sent,
      agent: false,
      timeout: 10_000,
    })
    asked.on('response', (response) => {
      const chunks: Buffer[] = []
      const end = () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() })
        asked.destroy()
      }
      if (response.headers['content-type']?.startsWith('text/event-stream')) return end()
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', end)
      return undefined
    })
    asked.on('error', reject)
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${url}${path}: no answer in 10 s`)))
    asked.end(body)
  })
}

/** Sends bytes as they stand; the status lines of what comes back until the server closes, or `waitMs` have passed in silence. */
export function sendRaw(url: string, bytes: string, waitMs = 1_000): Promise<string[]> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(bytes, 'latin1')))
    let answer = ''
    const end = () => {
      socket.destroy()
      resolve(answer.match(/HTTP\/1\.[01] \d{3}/g)?.map((line) => line.slice(9)) ?? [])
    }
    socket.setTimeout(waitMs, end)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', end)
    socket.on('close', end)
  })
}
