/**
 * A server that keeps every answer back for a time between 1 and 100 ms, and knows exactly for how long it did. GET /delays
 * has these times in milliseconds, sorted; POST /reset forgets them.
 */
import { createServer } from 'node:http'
import { seededRandom } from '../src/base/random.ts'

const random = seededRandom(11)
let delays: number[] = []

createServer((request, response) => {
  if (request.url === '/delays') return void response.end(JSON.stringify(delays.sort((a, b) => a - b)))
  if (request.url === '/reset') {
    delays = []
    return void response.end()
  }
  const startMs = performance.now()
  setTimeout(
    () => {
      delays.push(performance.now() - startMs)
      response.end('{}')
    },
    1 + random() * 99,
  )
}).listen(Number(process.env.PORT), '127.0.0.1')
