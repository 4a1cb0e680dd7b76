import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { NativeShop } from './native-shop.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

/** Runs on each side; none unless `npm run bench:cluster` asks for them. */
const RUNS = Number(process.env.FIREDRILL_DETECTION_RUNS ?? 0)
/** Where that bench reads what came of them. */
const FIGURES = process.env.FIREDRILL_DETECTION_FIGURES ?? ''
const LONGEST_RUN_MS = 240_000

describe.runIf(RUNS > 0)(`the same crash ${RUNS} times in the cluster and as processes, in turn`, () => {
  let [inCluster, native]: [Shop | undefined, NativeShop | undefined] = [undefined, undefined]
  beforeAll(async () => {
    native = await NativeShop.start()
    inCluster = await Shop.start(testCluster(), { prefix: 'detect' })
  })
  afterAll(async () => {
    await native?.remove()
    await inCluster?.remove()
  })

  it('is detected each time', { timeout: RUNS * LONGEST_RUN_MS }, async () => {
    if (native === undefined || inCluster === undefined) throw new Error('both are there')
    const detected: Record<'cluster' | 'native', number[]> = { cluster: [], native: [] }
    for (let run = 0; run < RUNS; run += 1) {
      await native.untilScraped()
      detected.native.push(detectedMs(await native.drill()))
      await freshPods(inCluster)
      detected.cluster.push(detectedMs(await inCluster.drill('shop-crash')))
      process.stdout.write(
        `${run + 1}/${RUNS}: native ${detected.native.at(-1)} ms, cluster ${detected.cluster.at(-1)} ms\n`,
      )
    }
    if (FIGURES !== '') await writeFile(FIGURES, JSON.stringify(detected))
  })
})

function detectedMs({ mttdMs, mttdStage, verdict, reasons }: Journal): number {
  expect(mttdMs, `${verdict}: ${reasons.join('; ')}`).not.toBeNull()
  expect(mttdStage).toBe('notified')
  return mttdMs ?? Number.NaN
}

/** A container that has ended before is started again later and later: its pod is replaced. */
async function freshPods(shop: Shop): Promise<void> {
  const { namespace } = shop
  const pods = await namespace.pods('app=shop')
  const used = pods.filter(({ status }) => status.containerStatuses?.some(({ restartCount }) => restartCount > 0))
  for (const { metadata } of used) await namespace.kubectl(['delete', 'pod', metadata.name, '--wait=true'])
  await namespace.untilRolledOut('deployment/shop')
  await shop.untilScraped()
}
