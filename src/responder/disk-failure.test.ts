import { type FileHandle, open, readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseJsonLines } from '../base/files/json-lines.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import type { LogRecord } from './incident/record.ts'
import { TestServer } from './test-server.ts'

let server: TestServer
beforeEach(async () => {
  server = await TestServer.start()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.remove()
})

/** What all open files have in common: Node does not export it. */
async function files(): Promise<FileHandle> {
  const file = await open(server.log)
  await file.close()
  return Object.getPrototypeOf(file) as FileHandle
}

const failure = (code: string) => Object.assign(new Error(`${code}: the disk says no`), { code })
const fire = (startsAt: string) =>
  server.deliver({
    groupKey: 'g',
    alerts: [
      { status: 'firing', labels: { alertname: 'ServiceDown', service: 'store', instance: 'store-1' }, startsAt },
    ],
  })
const starts = async () =>
  parseJsonLines<LogRecord>(await readFile(server.log, 'utf8')).flatMap((one) =>
    one.event === 'opened' ? [new Date(one.startsAtMs).toISOString()] : [],
  )

describe('a disk that fails', () => {
  const FIRST = '2026-01-01T00:00:01.000Z'
  const SECOND = '2026-01-01T00:00:02.000Z'

  it.each([
    ['is full', 'appendFile', 'ENOSPC'],
    ['cannot write', 'appendFile', 'EIO'],
    ['cannot flush', 'datasync', 'EIO'],
  ] as const)(
    '%s: the delivery is refused with 503 and nothing is done, until there is room again',
    async (_what, call, code) => {
      server.stack.get('store-1').state = 'exited'
      const broken = vi.spyOn(await files(), call).mockRejectedValue(failure(code))
      const refused = await fire(FIRST)
      expect([refused.status, refused.body.code]).toEqual([503, 'FD_RESPONDER_LOG'])
      expect(refused.headers.get('retry-after')).toBe('1')
      expect((await fire(SECOND)).status).toBe(503)
      expect(server.stack.did).toEqual([])

      broken.mockRestore()
      expect((await fire(SECOND)).status).toBe(200)
      // The earlier line is there as well: no later one overtakes it.
      expect(await starts()).toEqual([FIRST, SECOND])
      await waitUntil(async () => (server.stack.did.length > 0 ? done(undefined) : notYet('nothing done')), {
        what: 'the restart',
        timeoutMs: 20_000,
        intervalMs: 5,
      })
      expect(server.stack.did).toEqual(['restart store-1'])
    },
  )

  it('is full in the middle of a line: the piece of it does not stay', async () => {
    const prototype = await files()
    const whole = prototype.appendFile
    vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async function (this: FileHandle, data) {
      await whole.call(this, (data as Buffer).subarray(0, 20))
      throw failure('ENOSPC')
    })
    expect((await fire(FIRST)).status).toBe(503)
    expect((await fire(FIRST)).status).toBe(200)
    expect(await starts()).toEqual([FIRST])
    const text = await readFile(server.log, 'utf8')
    expect(() =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).not.toThrow()
  })
})
