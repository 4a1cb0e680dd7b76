// A small service for the runtime contract: listens on PORT (and HOST), answers /ready and /env, hangs after /hang, stops on SIGTERM.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url === '/env')
    response.end(JSON.stringify({ greeting: process.env.GREETING ?? null, secret: process.env.CALLER_SECRET ?? null }))
  else if (request.url === '/hang')
    response.end('ok', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  else response.end('ok')
})
server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1', () =>
  process.stdout.write(`listening on ${process.env.PORT}\n`),
)
process.on('SIGTERM', () => {
  if (process.env.STUBBORN === 'yes') return
  process.stdout.write('stopping\n')
  process.exit(0)
})
