import { describe, expect, it } from 'vitest'
import { renderDashboards } from '../../src/dashboards/grafana/render-dashboards.ts'
import { profiles } from '../../src/stack/profile.ts'

describe('rendered dashboards', () => {
  const lab = renderDashboards(profiles.lab)
  const production = renderDashboards(profiles.production)

  it.each([...lab])('%s.json is as committed (npm run golden refreshes)', async (name, content) => {
    await expect(content).toMatchFileSnapshot(`./dashboards/${name}.json`)
  })

  it.each([...lab.keys()])('%s.json differs between the profiles in durations only', (name) => {
    const blank = (text = '') => text.replace(/"(now-)?\d+(?:ms|s|m|h)"/g, '"T"')
    expect(blank(production.get(name))).toBe(blank(lab.get(name)))
    expect(production.get(name)).not.toBe(lab.get(name))
  })
})
