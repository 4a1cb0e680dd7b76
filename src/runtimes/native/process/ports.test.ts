import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { PortLedger } from './ports.ts'

describe('PortLedger', () => {
  it('hands out the preferred port when it is free, and never twice', async () => {
    const ledger = new PortLedger('127.0.0.1')
    const first = await ledger.reserve(21_300)
    expect(await ledger.reserve(first)).not.toBe(first)
    await ledger.release(first)
    expect(await ledger.reserve(first)).not.toBe(first)
    await ledger.close()
  })

  it('replaces a port that something listens on by one 10,000 higher', async () => {
    const other = createServer().listen(0, '0.0.0.0')
    await once(other, 'listening')
    const ledger = new PortLedger('127.0.0.1')
    const scout = await ledger.reserve(11_900)
    await ledger.release(scout)
    const blocker = createServer().listen(scout, '127.0.0.1')
    await once(blocker, 'listening')
    const second = new PortLedger('127.0.0.1')
    expect(await second.reserve(scout)).toBeGreaterThanOrEqual(scout + 1)
    await Promise.all([second.close(), ledger.close()])
    blocker.close()
    other.close()
  })

  it('takes a port only where it is free at all addresses that are asked for', async () => {
    const ledger = new PortLedger('127.0.0.1')
    const scout = await ledger.reserve(11_950)
    await ledger.forget(scout)
    const blocker = createServer().listen(scout, '127.0.0.9')
    await once(blocker, 'listening')
    expect(await ledger.reserve(scout, ['127.0.0.1', '127.0.0.9'])).not.toBe(scout)
    expect(await ledger.reserve(scout)).toBe(scout)
    await ledger.close()
    blocker.close()
  })

  it('keeps two stacks that start at once apart', async () => {
    const [a, b] = [new PortLedger('127.0.0.1'), new PortLedger('127.0.0.1')]
    const ports = await Promise.all([a, b, a, b, a, b].map((ledger) => ledger.reserve(11_700)))
    expect(new Set(ports).size).toBe(6)
    await Promise.all([a.close(), b.close()])
  })

  it('keeps a released port claimed although nothing listens there yet', async () => {
    const [a, b] = [new PortLedger('127.0.0.1'), new PortLedger('127.0.0.1')]
    const port = await a.reserve(11_800)
    await a.release(port)
    expect(await b.reserve(port)).not.toBe(port)
    await a.close()
    const third = new PortLedger('127.0.0.1')
    expect(await third.reserve(port)).toBe(port)
    await Promise.all([b.close(), third.close()])
  })

  it('lets a part listen on a released port at once', async () => {
    const ledger = new PortLedger('127.0.0.1')
    const port = await ledger.reserve(11_650)
    await ledger.release(port)
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port })
    server.close()
    await ledger.close()
  })
})
