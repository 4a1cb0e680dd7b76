// Stands in for Grafana where there is none: takes its arguments and configuration as the real one does, answers for its
// health, and returns what it was given.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const args = process.argv.slice(2)
if (args.includes('-v')) {
  process.stdout.write('grafana version 11.6.0\n')
  process.exit(0)
}
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)

const ini = {}
let section = {}
for (const line of readFileSync(option('config'), 'utf8').split('\n')) {
  const [, name] = /^\[(.+)\]$/.exec(line) ?? []
  const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? []
  if (name !== undefined) {
    section = {}
    ini[name] = section
  } else if (key !== undefined) {
    const text = value.replace(/^`(.*)`$/, '$1')
    section[key] = text.replace(/^\$__file\{(.*)\}$/, (_, path) => readFileSync(path, 'utf8').trim())
  }
}

const folder = ini.paths.provisioning
const provisioning = Object.fromEntries(
  ['datasources', 'dashboards'].map((kind) => [
    kind,
    readdirSync(join(folder, kind)).map((file) => readFileSync(join(folder, kind, file), 'utf8')),
  ]),
)

createServer((request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url === '/api/health') return answer(200, { database: 'ok', version: '11.6.0' })
  if (request.url === '/given') return answer(200, { args, env: process.env, ini, provisioning })
  answer(404, { message: 'Not found' })
}).listen(Number(ini.server.http_port), ini.server.http_addr)
