import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFolder } from '../../base/files/package-folder.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'

/** What can be named, by its kind, as it ships. Each is looked for when it is asked for. */
export const lists = {
  drills: { used: 'firedrill run NAME', find: drills },
  faults: { used: 'firedrill fault inject NAME; firedrill fault list NAME has its parameters', find: faults },
  journeys: { used: 'firedrill load --journey NAME', find: journeys },
  alerts: { used: 'in a drill: alert: NAME; its runbook is docs/runbooks/NAME.md', find: alerts },
  dashboards: { used: 'in Grafana: Firedrill / TITLE', find: dashboards },
  objectives: { used: 'in a drill: objective: NAME; firedrill slo status has their budgets', find: objectives },
} as const satisfies Record<string, { used: string; find(): Promise<Named[]> }>

/** Something that commands, drills or pages name. `about`: one line. */
export interface Named {
  name: string
  about: string
  /** What else a program wants to know of it. */
  [key: string]: string | number | readonly string[] | undefined
}

async function drills(): Promise<Named[]> {
  const folder = join(packageFolder(), 'drills')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  return Promise.all(
    files.map(async (file) => {
      const text = await readUserFile(join(folder, file), { maxBytes: fileLimits.written })
      const { title, expectations = [] } = parseYamlSource(text).value as DrillOutline
      const expected = [...new Set(expectations.flatMap(({ alert }) => alert ?? []))]
      return { name: file.replace(/\.yaml$/, ''), about: title, alerts: expected }
    }),
  )
}

interface DrillOutline {
  title: string
  expectations?: readonly { alert?: string }[]
}

async function faults(): Promise<Named[]> {
  const { faultCatalog } = await import('../../api/injector/fault-catalog.ts')
  return faultCatalog().faults.map(({ name, summary, params }) => ({
    name,
    about: summary,
    parameters: Object.keys(params.properties),
  }))
}

async function journeys(): Promise<Named[]> {
  const { journeys: all } = await import('../../load/journey/journeys.ts')
  return Object.entries(all).map(([name, { summary, service }]) => ({ name, about: summary, service }))
}

/** Those of the parts, and those that follow from the objectives that ship. */
async function alerts(): Promise<Named[]> {
  const [{ alerts: own }, { sloRuleGroups }, { profiles }, { defaultSettings }, { shippedObjectives }] =
    await Promise.all([
      import('../../stack/alerts/alerts.ts'),
      import('../../stack/render/slo-rules.ts'),
      import('../../stack/profile.ts'),
      import('../../stack/settings.ts'),
      import('../../slo/document/load-objectives.ts'),
    ])
  const found = new Map<string, Named>()
  for (const { alert, severity, summary } of own) found.set(alert, { name: alert, about: summary, severity })
  const objectives = await shippedObjectives()
  for (const rule of sloRuleGroups(profiles.lab, { ...defaultSettings, objectives }).flatMap((group) => group.rules)) {
    if (!('alert' in rule) || found.has(rule.alert)) continue
    found.set(rule.alert, { name: rule.alert, about: rule.annotations.summary ?? rule.annotations.title ?? '' })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function dashboards(): Promise<Named[]> {
  const { dashboards: all } = await import('../../dashboards/all/dashboards.ts')
  return Object.entries(all).map(([name, { title, description, uid }]) => ({
    name,
    about: `${title}: ${description}`,
    uid,
  }))
}

async function objectives(): Promise<Named[]> {
  const [{ shippedObjectives }, { objectiveId }] = await Promise.all([
    import('../../slo/document/load-objectives.ts'),
    import('../../slo/objective.ts'),
  ])
  return (await shippedObjectives()).map((one) => ({
    name: objectiveId(one),
    about: `${one.targetPercent} % of what ${one.service} does is good`,
    targetPercent: one.targetPercent,
  }))
}
