// The cluster's DNS, since Debian has no CoreDNS: addresses of services, of headless services and of their named pods. It follows services
// and endpoints with the kubeconfig in $KUBECONFIG. node dns.js ADDRESS
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

const [address = '127.0.0.1'] = process.argv.slice(2)
const kubeconfig = readFileSync(process.env.KUBECONFIG ?? '', 'utf8')
const field = (name) => new RegExp(`${name}: "?([^",}\\s]+)`).exec(kubeconfig)?.[1] ?? ''
const decoded = (name) => Buffer.from(field(name), 'base64')
const server = field('server')
const agent = new Agent({
  keepAlive: true,
  ca: decoded('certificate-authority-data'),
  cert: decoded('client-certificate-data'),
  key: decoded('client-key-data'),
})

/** Resolves with what is answered; lines of a watch go to `onLine` as they come. */
function ask(path, onLine) {
  return new Promise((resolve, reject) => {
    const request = get(server + path, { agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
        if (onLine === undefined) return
        const lines = text.split('\n')
        text = lines.pop() ?? ''
        for (const line of lines) onLine(JSON.parse(line))
      })
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode} ${path}`)),
      )
      answer.on('error', reject)
    })
    request.on('error', reject)
  })
}

const keyOf = ({ metadata }) => `${metadata.name}.${metadata.namespace}`

/** Keeps all objects of a kind in a map, by "name.namespace". */
async function follow(kind, objects) {
  for (;;) {
    try {
      const list = JSON.parse(await ask(`/api/v1/${kind}`))
      objects.clear()
      for (const object of list.items) objects.set(keyOf(object), object)
      let { resourceVersion } = list.metadata
      for (let isKnown = true; isKnown; ) {
        const watch = `watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=${resourceVersion}`
        await ask(`/api/v1/${kind}?${watch}`, ({ type, object }) => {
          if (type === 'ERROR') {
            isKnown = false
            return
          }
          resourceVersion = object.metadata.resourceVersion
          if (type === 'DELETED') objects.delete(keyOf(object))
          else if (type !== 'BOOKMARK') objects.set(keyOf(object), object)
        })
      }
    } catch (error) {
      process.stderr.write(`${error}\n`)
      await sleep(500)
    }
  }
}

const services = new Map()
const endpoints = new Map()
void follow('services', services)
void follow('endpoints', endpoints)

/** The addresses of a name; `undefined` when there is no such name. */
function resolveName(name) {
  const [, host, serviceName, namespace] = /^(?:(.+)\.)?([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(name) ?? []
  const key = `${serviceName}.${namespace}`
  const service = services.get(key)
  if (service === undefined) return undefined
  const ready = (endpoints.get(key)?.subsets ?? []).flatMap(({ addresses = [] }) => addresses)
  if (host !== undefined) {
    const named = ready.filter(({ hostname, ip }) => (hostname ?? ip.replaceAll('.', '-')) === host).map(({ ip }) => ip)
    return named.length === 0 ? undefined : named
  }
  if (service.spec.type === 'ExternalName') return []
  return service.spec.clusterIP === 'None' ? ready.map(({ ip }) => ip) : [service.spec.clusterIP]
}

const TYPE_A = 1
const AUTHORITATIVE_ANSWER = 0x8580
const NO_SUCH_NAME = 3

/** The answer to one query (RFC 1035). */
function answer(query) {
  const labels = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const addresses = resolveName(labels.join('.').toLowerCase())
  const records = query.readUInt16BE(at + 1) === TYPE_A ? (addresses ?? []) : []
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(AUTHORITATIVE_ANSWER | (addresses === undefined ? NO_SUCH_NAME : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  // Each one: the name of the question, type A, class IN, kept for 1 s, 4 bytes.
  const prefix = [0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 1, 0, 4]
  const turned = records.map((record, index) => records[(index + query.readUInt16BE(0)) % records.length] ?? record)
  return Buffer.concat([
    header,
    query.subarray(12, at + 5),
    ...turned.map((record) => Buffer.from([...prefix, ...record.split('.').map(Number)])),
  ])
}

const socket = createSocket('udp4')
socket.on('message', (query, from) => {
  try {
    socket.send(answer(query), from.port, from.address)
  } catch (error) {
    process.stderr.write(`not a query: ${error}\n`)
  }
})
socket.bind(53, address)
