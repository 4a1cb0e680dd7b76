import { createServer } from 'node:http'
import { PodProxy } from './pod-proxy.ts'
import { COUNTS_LINE, PLAN_VARIABLE, type PodProxyPlan } from './pod-proxy-plan.ts'

/**
 * The program of the pod that a Service sends to while a fault harms it. The build makes one file of it, which any image with Node can run:
 * it comes as an argument.
 */

const REPORT_EVERY_MS = 300

const plan = JSON.parse(process.env[PLAN_VARIABLE] ?? '') as PodProxyPlan
const proxy = new PodProxy(plan)
createServer((_, answer) => answer.writeHead(proxy.counts.isReady ? 200 : 503).end()).listen(plan.readyPort)

let reported = ''
function report(): void {
  const line = JSON.stringify(proxy.counts)
  if (line === reported) return
  reported = line
  process.stdout.write(`${COUNTS_LINE}${line}\n`)
}
setInterval(report, REPORT_EVERY_MS)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void proxy.drain().finally(() => process.exit(0)))
await proxy.start()
report()
