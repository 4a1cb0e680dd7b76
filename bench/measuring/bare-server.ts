/** The least that a Node HTTP server can be: answers every request with the text of the file that BARE_BODY names. Listens at PORT. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const body = process.env.BARE_BODY === undefined ? '{}' : readFileSync(process.env.BARE_BODY, 'utf8')

createServer((request, response) => {
  request.resume()
  response.end(body)
}).listen(Number(process.env.PORT), '127.0.0.1')
