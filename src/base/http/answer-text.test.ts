import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControlClient } from '../../api/client/client.ts'
import { probeHttp } from '../../probes/http.ts'
import { Prometheus } from '../../probes/prometheus.ts'

let server: Server
let url: string
let written: number
let closed: Promise<unknown>

/** Answers 200, and never ends: 64 KiB at a time, as fast as they are read. */
beforeEach(async () => {
  written = 0
  server = createServer((_request, response) => {
    closed = once(response, 'close')
    const piece = Buffer.alloc(64 * 1024, 0x20)
    const more = () => {
      while (!response.destroyed) {
        written += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
    }
    more()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('an answer that does not end', () => {
  it.each([
    ['of Prometheus', () => new Prometheus(url).query('up', { timeoutMs: 20_000 }), /longer than 64\.0 MiB/, 64],
    ['of control', () => new ControlClient(url).stack(), /longer than 16\.0 MiB/, 16],
    [
      'of a service that is probed',
      async () => {
        throw new Error((await probeHttp(url, { timeoutMs: 20_000, wantsBody: true })).error)
      },
      /longer than 1\.00 MiB/,
      1,
    ],
  ])('is left: %s', async (_, ask, message, mebibytes) => {
    await expect(ask()).rejects.toThrow(message)
    await closed
    // What lies in the buffers of the sockets comes on top.
    expect(written).toBeLessThan((mebibytes + 16) * 1024 ** 2)
  })
})
