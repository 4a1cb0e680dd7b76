/**
 * A server that delays every answer for a time between 1 and 100 ms and records exactly for how long. GET /delays returns these
 * times in milliseconds, sorted; GET /reset deletes them.
 */
import { createServer } from 'node:http'
import { seededRandom } from '../../src/base/random.ts'

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
