import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from '../../src/api/contract/path-of.ts'
import { sleep } from '../../src/base/wait.ts'
import type { Part } from '../../src/stack/part.ts'
import { store } from '../../src/stack/parts/services.ts'
import { preferredContext } from '../../src/stack/preferred-context.ts'
import { profiles } from '../../src/stack/profile.ts'
import { fileDiscovery } from '../../src/stack/render/discovery.ts'
import { renderPrometheus } from '../../src/stack/render/prometheus.ts'
import { renderTargets } from '../../src/stack/render/targets.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { describeStack } from '../../src/stack/topology.ts'
import { ControlOfNothing } from './control-of-nothing.ts'
import { type Costs, type Growth, measureGrowth } from './growth.ts'
import { cpuMsOf, keptMegabytes } from './own-cost.ts'

/** What more services cost control and the configuration, by the number of replicas: each service has three. */
export async function serviceGrowth(sizes: readonly number[]): Promise<Growth[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-services-'))
  try {
    return await measureGrowth({ least: 0, sizes }, async (size) => {
      const parts = partsOf(Math.ceil(size / REPLICAS))
      return { ...(await renderCosts(parts)), ...(await controlCosts(folder, parts)) }
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

const REPLICAS = 3
/** Before it is idle: what has just started is compiled and collected. */
const SETTLE_MS = 3_000
const IDLE_MS = 5_000

/** The stack, and as many services like the store, which depend on nothing. */
function partsOf(services: number): Part[] {
  const more = Array.from(
    { length: services },
    (_, index): Part => ({ ...store, name: `service-${index}`, dependsOn: [] }),
  )
  return [...describeStack(profiles.lab).parts, ...more]
}

const isMore = ({ name }: Part) => name.startsWith('service-')

async function renderCosts(parts: readonly Part[]): Promise<Costs> {
  const context = preferredContext({ parts, files: [], externals: ['control'] }, 'prometheus')
  const options = { profile: profiles.lab, settings: defaultSettings, discovery: fileDiscovery }
  const address = context.address('store')
  const replicasOf = (name: string) =>
    Array.from({ length: REPLICAS }, (_, index) => ({ id: `${name}-${index + 1}`, address }))
  const render = () => [renderPrometheus(parts, options, context), ...renderTargets(parts, replicasOf).values()]
  const bytes = render().reduce((sum, text) => sum + text.length, 0)
  return {
    'configuration of Prometheus, CPU': { unit: 'ms', cost: await cpuMsOf(render) },
    'configuration of Prometheus': { unit: 'KB', cost: bytes / 1e3 },
  }
}

/** Control with all replicas up: the answer that every page asks for each second, its health checks, and its memory. */
async function controlCosts(folder: string, parts: readonly Part[]): Promise<Costs> {
  const control = await ControlOfNothing.start(folder, parts)
  try {
    for (const { name } of parts.filter(isMore)) await control.runtime.scale(name, REPLICAS, 'operator')
    const bytes = (await control.get(pathOf('stack'))).length
    const status = await cpuMsOf(() => control.get(pathOf('stack')))
    await sleep(SETTLE_MS)
    const idleFrom = process.cpuUsage()
    await sleep(IDLE_MS)
    const { user, system } = process.cpuUsage(idleFrom)
    return {
      'status of the stack, CPU': { unit: 'ms', cost: status },
      'status of the stack': { unit: 'KB', cost: bytes / 1e3 },
      'control, idle': { unit: 'ms/s', cost: (user + system) / IDLE_MS },
      'control, memory kept': { unit: 'MB', cost: keptMegabytes() },
    }
  } finally {
    await control.close()
  }
}
