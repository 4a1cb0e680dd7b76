// Whether a service of this container answers: node healthcheck.js PORT PATH
import { get } from 'node:http'

const [port, path] = process.argv.slice(2)
const request = get({ host: '127.0.0.1', port, path, timeout: 2_500 }, (response) => {
  response.resume()
  process.exitCode = response.statusCode === 200 ? 0 : 1
})
request.on('timeout', () => request.destroy())
request.on('error', () => {
  process.exitCode = 1
})
