import { describe, expect, it } from 'vitest'
import { renderedClocks } from '../../drills/clocks/rule-clocks.ts'
import { parseDrill } from '../../drills/file/drill-file.ts'
import { drillTemplate } from '../../drills/file/drill-template.ts'
import { planDrill } from '../../drills/plan.ts'
import type { PlanContext } from '../../drills/plan-context.ts'
import { profiles } from '../../stack/profile.ts'
import { defaultSettings } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'
import { foreignDrillTemplate } from './drill-template.ts'
import { namesOf } from './foreign-names.ts'
import { parseSystem } from './system-file.ts'
import { systemTemplate } from './system-template.ts'

const lab = profiles.lab
const context: PlanContext = {
  profile: lab,
  alertRules: renderedClocks(lab, defaultSettings),
  services: describeStack(lab).parts.map(({ name, maxReplicas = 1 }) => ({ name, maxReplicas })),
  faultHost: {},
  live: false,
}

describe('a template', () => {
  it('of a drill for the stack is a drill that a dry run accepts', () => {
    for (const title of ['My drill', 'yes', 'a: b # c']) {
      const drill = parseDrill(drillTemplate(title), 'new.yaml')
      expect(drill.title).toBe(title)
      expect(planDrill(drill, context)).toMatchObject({ refusals: [] })
    }
  })

  it('of a system is a valid description, and there is a template of a drill for it', () => {
    const system = parseSystem(systemTemplate('my-system'), 'firedrill.yaml')
    expect(system).toMatchObject({ name: 'my-system', services: [{ name: 'web', health: '/' }] })
    const drill = parseDrill(foreignDrillTemplate('Web', system), 'new.yaml', namesOf(system))
    expect(drill.method).toMatchObject([{ fault: 'kill', target: { service: 'web' } }])
  })

  it('of a drill for a system works where a service has no HTTP, and is refused where no service can be killed', () => {
    const service = (urls: string, process: string) =>
      `name: x\nenvironment: lab\nprometheus: http://a:1\nalertmanager: http://a:2\nservices:\n  db:\n    urls: ["${urls}"]\n${process}`
    const tcp = parseSystem(
      service('tcp://127.0.0.1:5432', '    process: { port: 5432, start: [db] }\n'),
      'firedrill.yaml',
    )
    expect(parseDrill(foreignDrillTemplate('Db', tcp), 'new.yaml', namesOf(tcp)).steadyState).toHaveLength(1)
    const unknown = parseSystem(service('http://127.0.0.1:80', ''), 'firedrill.yaml')
    expect(() => foreignDrillTemplate('Db', unknown)).toThrow('none of the services can be killed')
  })
})
