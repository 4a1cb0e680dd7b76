// The cluster's DNS, since Debian has no CoreDNS: addresses of services, of headless services and of their named pods. It follows services
// and endpoints with the kubeconfig in $KUBECONFIG. node dns.js ADDRESS
import { createSocket } from 'node:dgram'
import { openApi } from './api.js'

const [address = '127.0.0.1'] = process.argv.slice(2)
const services = new Map()
const endpoints = new Map()
const api = openApi(process.env.KUBECONFIG ?? '')
void api.follow('/api/v1/services', services)
void api.follow('/api/v1/endpoints', endpoints)

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
