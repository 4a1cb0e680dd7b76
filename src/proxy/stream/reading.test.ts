import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { echo, startProxy, startUpstream, TestClient } from '../test-ends.ts'

vi.mock('./reading.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./reading.ts')>()
  return { ...original, adopt: original.readAsStream }
})

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('a socket that Node does not let go of', () => {
  it('carries the same bytes, also when the receiver is slow', async () => {
    const upstream = await startUpstream(echo)
    const proxy = await startProxy(upstream.port)
    const client = await TestClient.to(proxy.listen.port)
    const sent = Buffer.alloc(20_000_000, 'The quick brown fox jumps over the lazy dog. ')
    client.socket.pause()
    client.socket.end(sent)
    setTimeout(() => client.socket.resume(), 200)
    await client.end()
    expect(sha(client.received)).toBe(sha(sent))
    await proxy.close()
    await upstream.close()
  })
})
