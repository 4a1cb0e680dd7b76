import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { FiredrillError } from '../base/errors.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { annotationsOf, writeAnnotations } from './grafana.ts'

const ZERO_MS = 1_700_000_000_000

const journal = {
  drill: { title: 'The store crashes', file: 'store-crash.yaml', sha256: 'ab' },
  startedAt: new Date(ZERO_MS - 2_000).toISOString(),
  verdict: 'held',
  stages: [
    { name: 'injected', atMs: ZERO_MS, detail: 'kill store' },
    { name: 'firing', atMs: ZERO_MS + 290.4, detail: 'ServiceDown{service="store"}' },
    { name: 'acting', atMs: ZERO_MS + 400, detail: 'restart store-1' },
    { name: 'acted', atMs: ZERO_MS + 900, detail: 'restart store-1' },
    { name: 'resolved', atMs: null, detail: 'it still fires' },
  ],
  faults: [
    {
      fault: 'kill',
      service: 'store',
      replica: null,
      injectedAtMs: ZERO_MS,
      landing: { landed: true, atMs: ZERO_MS, proof: 'pid 4711 is gone' },
      lifted: { liftedAtMs: ZERO_MS + 5_000, changed: false, detail: 'store-1 runs' },
    },
  ],
  timings: [
    { name: 'gate', startedAtMs: ZERO_MS - 2_000, tookMs: 10 },
    { name: 'events', startedAtMs: ZERO_MS + 6_000, tookMs: 20 },
  ],
} as unknown as Journal

describe('annotationsOf', () => {
  it('marks the drill, its faults, the alert and the repair, with an end where it is known', () => {
    expect(annotationsOf(journal)).toEqual([
      {
        time: ZERO_MS - 2_000,
        timeEnd: ZERO_MS + 6_020,
        tags: ['firedrill', 'drill', 'held'],
        text: 'The store crashes: held',
      },
      {
        time: ZERO_MS,
        timeEnd: ZERO_MS + 5_000,
        tags: ['firedrill', 'fault', 'kill', 'store'],
        text: 'kill on store: pid 4711 is gone',
      },
      { time: ZERO_MS + 290, tags: ['firedrill', 'alert'], text: 'ServiceDown{service="store"}' },
      { time: ZERO_MS + 400, timeEnd: ZERO_MS + 900, tags: ['firedrill', 'repair'], text: 'restart store-1' },
    ])
  })

  it('marks only the drill when nothing was injected', () => {
    expect(annotationsOf({ ...journal, stages: [], faults: [], timings: [] })).toEqual([
      { time: ZERO_MS - 2_000, tags: ['firedrill', 'drill', 'held'], text: 'The store crashes: held' },
    ])
  })
})

describe('writeAnnotations', () => {
  /** Answers as Grafana does. */
  async function withGrafana(check: (url: string, taken: unknown[]) => Promise<void>): Promise<void> {
    const taken: unknown[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body))
      if (`${request.method} ${request.url}` !== 'POST /api/annotations') return answer(404, { message: 'Not found' })
      const known = `Basic ${Buffer.from('admin:secret').toString('base64')}`
      if (request.headers.authorization !== known) return answer(401, { message: 'Invalid username or password' })
      taken.push(JSON.parse(Buffer.concat(chunks).toString()))
      answer(200, { message: 'Annotation added', id: taken.length })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await check(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken)
    } finally {
      server.close()
    }
  }

  it('sends each to the API, as the admin', async () => {
    await withGrafana(async (url, taken) => {
      await writeAnnotations({ url, user: 'admin', password: 'secret' }, annotationsOf(journal))
      expect(taken).toEqual(annotationsOf(journal))
    })
  })

  it('says what Grafana answered when it takes none', async () => {
    await withGrafana(async (url) => {
      const error = await writeAnnotations({ url, user: 'admin', password: 'wrong' }, annotationsOf(journal)).then(
        () => expect.fail('it was taken'),
        (thrown: FiredrillError) => thrown,
      )
      expect(error).toMatchObject({ code: 'FD_GRAFANA_ANNOTATIONS', message: 'Grafana answered 401' })
      expect(error.details.given).toContain('Invalid username')
      expect(error.format()).not.toContain('wrong')
    })
  })

  it('says so when nobody answers', async () => {
    const nobody = { url: 'http://127.0.0.1:1', user: 'admin', password: 'secret' }
    await expect(writeAnnotations(nobody, annotationsOf(journal))).rejects.toThrow('no answer')
  })
})
