import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Site } from '../foreign-material/site.ts'
import { alerts, shared, untouched } from './tampering/alerts.ts'
import type { Case } from './tampering/case.ts'
import { changes, copies, labels, pipeline, rules } from './tampering/monitoring.ts'
import { reading } from './tampering/reading.ts'
import { routes } from './tampering/routes.ts'
import { safety } from './tampering/safety.ts'
import { targets } from './tampering/target.ts'

const DRILL = 'drills/app-crash.yaml'
const SYSTEM = 'firedrill.yaml'
const FILES = ['prometheus.yml', 'rules.yml', 'alertmanager.yml', 'exporter.prom', SYSTEM, DRILL]
const cases: readonly Case[] = [
  ...untouched,
  ...alerts,
  ...rules,
  ...labels,
  ...pipeline,
  ...copies,
  ...shared,
  ...changes,
  ...routes,
  ...safety,
  ...targets,
  ...reading,
]

/** Changes the description and the drill, which nobody has read yet. */
async function write(site: Site, { system = '', describe: other = (yaml) => yaml, drill = (yaml) => yaml }: Case) {
  await writeFile(site.file(SYSTEM), `${other(await readFile(site.file(SYSTEM), 'utf8'))}\n${system}\n`)
  await writeFile(site.file(DRILL), drill(await readFile(site.file(DRILL), 'utf8')))
}

describe('a drill on a system that is not ours, and that somebody has tampered with', () => {
  let site: Site
  let files: Map<string, string>
  beforeAll(async () => {
    site = await Site.start('shop')
    files = new Map(
      await Promise.all(FILES.map(async (name) => [name, await readFile(site.file(name), 'utf8')] as const)),
    )
  })
  afterEach(() => site.restore(files))
  afterAll(() => site.stop())

  it('is tampered with in fifty ways', () => {
    expect(cases.length).toBeGreaterThanOrEqual(50)
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it.each(cases)('ends with a verdict that is true: $name, $verdict', async (one) => {
    await write(site, one)
    await one.before?.(site)
    let isOver = false
    const running = site.runDrill(DRILL, one.args).finally(() => {
      isOver = true
    })
    const tampering =
      one.during && site.untilGone(() => isOver).then((isGone) => (isGone ? one.during?.(site) : undefined))
    // The run ends before the next case begins, also when the tampering has failed.
    await Promise.allSettled([running, tampering])
    await one.after?.(site)
    const [run] = await Promise.all([running, tampering])
    if (one.verdict === 'refused') {
      expect(run.journal, run.stderr).toBeUndefined()
      expect(run.exitCode, run.stderr).not.toBe(0)
      expect(run.error === undefined ? run.stderr : Object.values(run.error).join('\n')).toContain(one.reason)
    } else {
      const { journal } = run
      expect(journal?.verdict, `${run.stderr}${journal?.reasons.join('\n')}`).toBe(one.verdict)
      if (one.reason !== undefined) expect(journal?.reasons.join('\n')).toContain(one.reason)
      if (journal !== undefined) one.also?.(journal)
    }
    // The guardian has undone the fault in any case.
    await site.untilAnswers()
  })
})
