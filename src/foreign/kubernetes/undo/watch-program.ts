/** The program of the Job that undoes a change when its Lease ends. It has Node, and nothing else. */

/** What the program is given. */
export interface WatchData {
  /** Path of the Lease, and of the object, at the API server. */
  lease: string
  object: string
  /** The JSON Patch that undoes the change; `delete`: the object is deleted. */
  undo: readonly unknown[] | 'delete'
  /** How long the Lease lasts when nobody renews it, in milliseconds. */
  leaseMs: number
  /** How much longer than its time the fault may last, in milliseconds: its holder ends it first. */
  graceMs: number
  /** The annotations: of the Lease, and of the object. */
  annotations: { left: string; armed: string; hint: string }
}

/** Where a pod finds its service account. */
export const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Watches the Lease once a second by its own clock, since that of the holder may be another: a Lease whose `renewTime` stays the same has
 * ended. Requests that fail are tried again: what cannot be undone now can be undone later. The API server answers 422 to a patch one of whose
 * tests fails, and to one that an admission policy forbids: only after the first the change is somebody else's. It does what carry-out.ts and
 * patch/placed-in.ts do: a container is found by its name, and what was made is deleted only where it belongs to the Lease.
 */
export const WATCH_PROGRAM = `
const { readFileSync } = require('node:fs')
const https = require('node:https')
const { isDeepStrictEqual } = require('node:util')
const data = JSON.parse(process.env.FIREDRILL_WATCH)
const folder = process.env.FIREDRILL_ACCOUNT || '${ACCOUNT_FOLDER}'
const nowMs = () => performance.now()
const request = (method, path, type, body) => new Promise((resolve, reject) => {
  const headers = { authorization: 'Bearer ' + readFileSync(folder + '/token', 'utf8').trim() }
  const text = body === undefined ? '' : JSON.stringify(body)
  if (text !== '') Object.assign(headers, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  const options = {
    method, path, headers, timeout: 5000,
    host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, ca: readFileSync(folder + '/ca.crt'),
  }
  const sent = https.request(options, (answer) => {
    let read = ''
    answer.on('data', (part) => { read += part })
    answer.on('end', () => resolve({ status: answer.statusCode, text: read }))
    answer.on('close', () => reject(new Error('the answer was cut')))
  })
  sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')))
  sent.on('error', reject)
  sent.end(text)
})
const MERGE = 'application/merge-patch+json'
const expect = async (allowed, answer) => {
  const { status, text } = await answer
  if (status < 300 || allowed.includes(status)) return { status, text }
  throw new Error('the API server answered ' + status + ': ' + text.slice(0, 300))
}
const valueAt = (object, path) => path.split('/').slice(1)
  .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  .reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), object)
const placed = (now) => data.undo.reduce((steps, _, index) => {
  const { op, path, value } = steps[index]
  const [, list, at, name] = (op === 'test' && /^(.*)\\/(\\d+)(\\/name)?$/.exec(path)) || []
  const elements = list === undefined ? undefined : valueAt(now, list)
  if (!Array.isArray(elements)) return steps
  const isWanted = (element) => isDeepStrictEqual(name === undefined ? element : element && element.name, value)
  const found = isWanted(elements[at]) ? -1 : elements.findIndex(isWanted)
  if (found < 0) return steps
  const from = list + '/' + at
  const isOf = (one) => one.path === from || one.path.startsWith(from + '/')
  return steps.map((one) => isOf(one) ? { ...one, path: list + '/' + found + one.path.slice(from.length) } : one)
}, data.undo)
const putBack = async () => {
  let patch = data.undo
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const patched = await expect([404, 422], request('PATCH', data.object, 'application/json-patch+json', patch))
    if (patched.status !== 422) return patched
    const found = await expect([404], request('GET', data.object))
    if (found.status === 404) return found
    const now = JSON.parse(found.text)
    const next = placed(now)
    if (!next.every(({ op, path, value }) => op !== 'test' || isDeepStrictEqual(valueAt(now, path), value)))
      return { status: 422, text: found.text }
    if (isDeepStrictEqual(next, patch)) throw new Error('the API server forbids it: ' + patched.text.slice(0, 300))
    patch = next
  }
  throw new Error('somebody else changes it at the same moment')
}
const removeMade = async () => {
  const found = await expect([403, 404], request('GET', data.object))
  if (found.status === 404) return found
  const isKnown = found.status !== 403
  const { uid, ownerReferences = [] } = isKnown ? JSON.parse(found.text).metadata : {}
  const isOurs = ownerReferences.some(({ kind, name }) => kind === 'Lease' && data.lease.endsWith('/' + name))
  if (isKnown && !isOurs) return { status: 404 }
  const body = isKnown ? { preconditions: { uid } } : undefined
  return expect([404, 409], request('DELETE', data.object, 'application/json', body))
}
const undo = async () => {
  const { status, text } = data.undo === 'delete' ? await removeMade() : await putBack()
  const { annotations = {} } = status === 404 || data.undo === 'delete' ? {} : JSON.parse(text).metadata
  if (annotations[data.annotations.hint] !== undefined)
    await expect([404], request('PATCH', data.object, MERGE, { metadata: { annotations: { [data.annotations.hint]: null } } }))
  await expect([404], request('DELETE', data.lease, 'application/json', { propagationPolicy: 'Background' }))
  console.log(status < 300 ? 'put back what was changed' : 'nothing was left to put back')
}
let seen = ''
let leaseMs = nowMs() + data.leaseMs
let endMs = Infinity
let isArmed = false
const look = async () => {
  const { status, text } = await expect([404], request('GET', data.lease))
  if (status === 404) return 'the Lease is gone: the change was undone by its holder'
  const { metadata, spec } = JSON.parse(text)
  const left = metadata.annotations[data.annotations.left]
  const now = spec.renewTime + ' ' + left
  if (now !== seen) leaseMs = nowMs() + data.leaseMs
  if (Number(left) >= 0) endMs = Math.min(endMs, nowMs() + Number(left) + data.graceMs)
  seen = now
  if (!isArmed) {
    const annotations = { [data.annotations.armed]: process.env.HOSTNAME || 'a pod' }
    await expect([], request('PATCH', data.lease, MERGE, { metadata: { annotations } }))
    isArmed = true
  }
}
const turn = async () => {
  try {
    const end = await look()
    if (end !== undefined) return console.log(end)
  } catch (error) {
    console.error(error.message)
  }
  if (nowMs() >= Math.min(leaseMs, endMs)) {
    try {
      return await undo()
    } catch (error) {
      console.error('not undone yet: ' + error.message)
    }
  }
  setTimeout(turn, 1000)
}
turn()
`
