import { describe, expect, it } from 'vitest'
import { shippedObjectives } from '../../src/slo/document/load-objectives.ts'
import { renderDashboards } from '../../src/dashboards/grafana/render-dashboards.ts'
import { renderAll } from '../../src/stack/preferred-context.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { describeStack } from '../../src/stack/topology.ts'

const settings = { ...defaultSettings, objectives: await shippedObjectives() }

describe.each(['lab', 'production'] as const)('rendered files, profile %s', (name) => {
  const dashboards = renderDashboards(profiles[name])
  // The dashboards themselves are in test/golden/dashboards.
  const files = [...renderAll(describeStack(profiles[name], settings, { dashboards }))].filter(
    ([file]) => !file.startsWith('grafana/dashboards/'),
  )

  it.each(files)('%s is as committed (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`./${name}/${file}`)
  })
})
