import { randomUUID } from 'node:crypto'
import { request } from 'undici'
import { findFault } from '../../src/api/injector/fault-catalog.ts'
import type { Subject, SubjectAnswer, SubjectRequest } from '../../src/faults/fault.ts'
import { RENEW_EVERY_MS } from '../../src/faults/lease.ts'
import { readParams } from '../../src/faults/params.ts'

/**
 * Holds one fault at its target as control does, until it is killed: `fault-holder.js URL TOKEN SERVICE FAULT PARAMS`. The URL
 * is that of the service, or of the proxy that stands before it.
 */
const [url = '', token = '', service = '', name = '', params = '{}'] = process.argv.slice(2)

const subject = {
  service,
  replica: `${service}-1`,
  async request({ method, path, body, timeoutMs = 2_000 }: SubjectRequest): Promise<SubjectAnswer> {
    const startedMs = performance.now()
    const answer = await request(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: answer.statusCode, body: await answer.body.text(), tookMs: performance.now() - startedMs }
  },
}

const fault = findFault(name)
const injection = { id: randomUUID(), forMs: 3_600_000, seed: 1, signal: new AbortController().signal }
const running = await fault.start(subject as unknown as Subject, readParams(fault, JSON.parse(params)), injection)
setInterval(() => void running.renew?.().catch(() => undefined), RENEW_EVERY_MS)
process.stdout.write(`${JSON.stringify(running.landing)}\n`)
