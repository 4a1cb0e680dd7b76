/**
 * What grows with services, workloads, series, drills and journals: each measured at three sizes, by CPU time and bytes, with the exponent
 * of its growth. What grows faster than nearly in proportion is over the limit. What users cost is measured by bench:workers.
 *
 *   npm run bench:scaling -- [--only journals,series] [--share 1]
 *
 * `--share`: of the sizes; a fifth of them takes two minutes.
 */
import { parseArgs } from 'node:util'
import type { Check } from '../measuring/checks.ts'
import { finish } from '../measuring/finish.ts'
import { print } from '../measuring/print.ts'
import { drillGrowth } from './drills.ts'
import { exponentOf, type Growth, growthCheck, growthLine } from './growth.ts'
import { journalGrowth } from './journals.ts'
import { seriesGrowth } from './series.ts'
import { serviceGrowth } from './services.ts'
import { workloadGrowth } from './workloads.ts'

/** By what grows: its three sizes, and how it is measured. */
const SUBJECTS = {
  replicas: { sizes: [30, 120, 480], measureAt: serviceGrowth },
  workloads: { sizes: [10, 40, 160], measureAt: workloadGrowth },
  series: { sizes: [5_000, 20_000, 80_000], measureAt: seriesGrowth },
  drills: { sizes: [50, 200, 800], measureAt: drillGrowth },
  journals: { sizes: [400, 1_600, 6_400], measureAt: journalGrowth },
} as const satisfies Record<string, Subject>

interface Subject {
  sizes: readonly number[]
  measureAt(sizes: readonly number[]): Promise<Growth[]>
}

const { values } = parseArgs({ options: { only: { type: 'string' }, share: { type: 'string', default: '1' } } })
const share = Number(values.share)
const wanted = values.only?.split(',') ?? Object.keys(SUBJECTS)
const checks: Check[] = []
const growths: Record<string, (Growth & { exponent: number })[]> = {}
for (const [of, { sizes, measureAt }] of Object.entries<Subject>(SUBJECTS)) {
  if (!wanted.includes(of)) continue
  print(`\n${of}`)
  const measured = await measureAt(sizes.map((size) => Math.ceil(size * share)))
  for (const growth of measured) print(growthLine(growth))
  growths[of] = measured.map((growth) => ({ ...growth, exponent: Math.round(exponentOf(growth) * 100) / 100 }))
  checks.push(...measured.map((growth) => growthCheck(of, growth)))
}
await finish('scaling', checks, { partial: values.only !== undefined || share !== 1, growths })
