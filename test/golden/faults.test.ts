import { describe, expect, it } from 'vitest'
import { faultCatalog } from '../../src/api/injector/fault-catalog.ts'
import { faults } from '../../src/faults/faults.ts'
import { type FaultNeeds, type Need, needs as needRules } from '../../src/faults/needs.ts'
import { describeParam } from '../../src/faults/params.ts'

describe('docs/reference/faults.md', () => {
  it('is what the definitions say (npm run golden refreshes)', async () => {
    const sections = faultCatalog().faults.map(({ name, summary, needs: required, params }) => {
      const { beside, onWorkload }: FaultNeeds = faults[name as keyof typeof faults]
      const needs = beside === undefined ? required : [...required, beside]
      const also = onWorkload === true ? ['Works on a workload of Kubernetes too.'] : []
      const rows = Object.entries(params.properties).map(([param, schema]) => {
        const { default: fallback, description } = schema as { default?: unknown; description?: string }
        const cells = [`\`${param}\``, describeParam(schema), `\`${String(fallback)}\``, description ?? '']
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
      })
      const table =
        rows.length === 0
          ? 'No parameters.'
          : `| parameter | is | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}`
      return `## ${name}\n\n${[`${summary}.`, ...needs.map((need) => `${needRules[need as Need].summary}.`), ...also].join(' ')}\n\n${table}\n`
    })
    const text = `# Faults

Every fault proves, from its target, that it landed; is undone after its time, when it is lifted and when the stack goes down;
and ends by itself when the process that injected it is killed. In a drill it is a step of the \`method\`; by hand it is
\`firedrill fault inject NAME --target store --param name=value --for 30s\`. Any part of the stack can be a target: stop, pause
or kill \`postgres\` and \`redis\` for an outage of a dependency, \`prometheus\`, \`alertmanager\` or \`responder\` for one of the
pipeline. A service stands for its first replica; \`store-2\` names another.

${sections.join('\n')}`
    await expect(text).toMatchFileSnapshot('../../docs/reference/faults.md')
  })
})
