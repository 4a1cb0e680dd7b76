// The shop of the tests, as a container: it warms up before it answers, counts what it answers, and ends when it is asked to. node app.js
import { createServer } from 'node:http'

const WARM_UP_MS = Number(process.env.WARM_UP_MS ?? 0)
const PORT = Number(process.env.PORT ?? 3900)

let requests = 0
let failures = 0
const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    const text =
      `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${requests}\nhttp_requests_total{code="500"} ${failures}\n` +
      `# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${process.memoryUsage().rss}\n`
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
    return
  }
  if (process.env.BROKEN !== undefined) {
    failures++
    response.writeHead(500).end('broken\n')
    return
  }
  if (request.url !== '/health') requests++
  response.end(`fine ${process.env.HOSTNAME}\n`)
})
// As process 1 of a container it has no handler that it does not set itself.
process.on('SIGTERM', () => process.exit(0))
process.stdout.write(`the shop warms up for ${WARM_UP_MS} ms\n`)
setTimeout(() => server.listen(PORT, () => process.stdout.write(`the shop listens on ${PORT}\n`)), WARM_UP_MS)
