// Enforces the NetworkPolicies of a test cluster, as the agent of a network does on each node; without it nothing does. Ends, and drops
// nothing more, with a signal or with its standard input. node policies.js FOLDER [--keep-connections]
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from './api.js'
import { NO_RULES, rulesOf } from './policy-rules.js'

/** Changes come in groups: a pod that starts is several. */
const TOGETHER_MS = 50

const [folder = '', option] = process.argv.slice(2)
if (folder === '' || (option !== undefined && option !== '--keep-connections')) {
  process.stderr.write('usage: node policies.js FOLDER [--keep-connections]\n')
  process.exit(2)
}
const keepsConnections = option !== undefined
const name = `fdk${readFileSync(join(folder, 'slot'), 'utf8').trim()}` // as in settings.sh
const nodes = readdirSync(folder).filter((entry) => /^node\d+$/.test(entry))

/** What each list holds; `undefined` until it has been read. */
const read = { pods: undefined, namespaces: undefined, policies: undefined }
/** What each node drops at the moment. */
const inForce = new Map()
let isPlanned = false
let isEnding = false

const api = openApi(join(folder, 'kubeconfig'))
follow('pods', '/api/v1/pods')
follow('namespaces', '/api/v1/namespaces')
follow('policies', '/apis/networking.k8s.io/v1/networkpolicies')

function follow(list, path) {
  const objects = new Map()
  void api.follow(path, objects, () => {
    read[list] = objects
    if (Object.values(read).includes(undefined)) return
    if (isPlanned) return
    isPlanned = true
    setTimeout(() => {
      isPlanned = false
      void enforce()
    }, TOGETHER_MS)
  })
}

// Pods of one node reach each other through its bridge.
let turn = Promise.all(nodes.map((node) => runIn(node, ['sysctl', '-qw', 'net.bridge.bridge-nf-call-iptables=1'])))
/** Gives each node its rules as they are now, one change after the other. */
function enforce() {
  turn = turn.then(async () => {
    if (isEnding) return
    const has = Object.fromEntries(Object.entries(read).map(([list, objects]) => [list, [...objects.values()]]))
    await Promise.all(nodes.map((node) => restore(node, rulesOf(node, { ...has, keepsConnections }))))
    process.stdout.write('enforced\n')
  })
  return turn.catch(fail)
}

async function restore(node, rules) {
  if (inForce.get(node) === rules) return
  await runIn(node, ['iptables-restore'], rules)
  inForce.set(node, rules)
}

/** In the network of a node, which stays while the node is down. */
function runIn(node, command, input) {
  const namespace = `/run/netns/${name}-n${node.slice('node'.length)}`
  return new Promise((resolve, reject) => {
    const stdio = [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit']
    const child = spawn('nsenter', [`--net=${namespace}`, ...command], { stdio })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command[0]} on ${node} ended with ${code}:\n${input ?? ''}`)),
    )
    child.stdin?.once('error', reject).end(input)
  })
}

function fail(error) {
  process.stderr.write(`${error}\n`)
  process.exit(1)
}

function end() {
  if (isEnding) return
  isEnding = true
  turn = turn.then(() => Promise.all(nodes.map((node) => restore(node, NO_RULES))))
  turn.then(() => process.exit(0), fail)
}
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, end)
process.stdin.once('end', end).resume()
