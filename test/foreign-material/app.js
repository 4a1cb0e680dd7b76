// The app of a system that is not ours: it answers, counts, and writes its pid. node app.js PORT
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

let requests = 0
const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    const text = `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${requests}\n`
    return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text)
  }
  requests++
  response.end('fine')
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  mkdirSync('run', { recursive: true })
  writeFileSync('run/app.pid', String(process.pid))
})
process.on('SIGTERM', () => process.exit(0))
