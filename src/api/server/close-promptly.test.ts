import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createHttpServer } from '../../base/http/http-server.ts'
import { closePromptly } from './close-promptly.ts'

it('a connection that never sent a request does not hold up closing', async () => {
  const app = createHttpServer({ logger: pino({ level: 'silent' }) })
  closePromptly(app)
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const accepted = once(app.server, 'connection')
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  await accepted
  const sinceMs = performance.now()
  await app.close()
  expect(performance.now() - sinceMs).toBeLessThan(10_000)
  socket.destroy()
})
