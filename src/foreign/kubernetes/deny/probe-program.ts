/** The program that tries to connect, to the pods of a workload or from one of them. It has Node, and nothing else. */

/** Where it connects to. */
export interface ProbeTarget {
  host: string
  port: number
}

/** What it has seen last: a line of its log, whenever that changes. */
export interface ProbeReport {
  /** Whether at least one of the targets accepts connections; false after several tries at which none did. */
  connects: boolean
  /** Why not, where none does. */
  why?: string
  /** Where, if it has found that itself. */
  at?: string
}

/** The environment variable with its targets, as JSON. */
export const TARGETS_VARIABLE = 'FIREDRILL_TARGETS'
/** What begins a line with a report, as JSON. */
export const PROBE_LINE = 'firedrill-probe '

/** Tries all targets about twice a second. One try that fails says little: a pod may be busy, or just be replaced. */
const TRIES = `
const net = require('node:net')
let failures = 0
let said = ''
const say = (report) => {
  const line = JSON.stringify(report)
  if (line !== said) send(report)
  said = line
}
const tried = ({ host, port }) => new Promise((resolve) => {
  const socket = net.connect({ host, port, timeout: 1000 })
  const end = (why) => { socket.destroy(); resolve(why) }
  socket.once('connect', () => end(undefined))
  socket.once('timeout', () => end('no answer within 1 s'))
  socket.once('error', (error) => end(error.code || error.message))
})
const turn = async () => {
  const results = await Promise.all(targets.map(tried))
  failures = results.includes(undefined) ? 0 : failures + 1
  if (failures === 0) say({ connects: true })
  else if (failures >= 3) say({ connects: false, why: results[0] })
  setTimeout(turn, 400)
}
turn()
`

/** As the program of a pod of its own. */
export const PROBE_PROGRAM = `
const targets = JSON.parse(process.env.${TARGETS_VARIABLE})
const send = (report) => console.log('${PROBE_LINE}' + JSON.stringify(report))
${TRIES}`

/** As a program beside a container of the workload: it connects to the API server, whose address Kubernetes gives each container. */
export const OUTWARD_PROGRAM = `
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env
const targets = [{ host, port: Number(port) }]
const send = (seen) => report({ ...seen, at: host + ':' + port })
${TRIES}`
