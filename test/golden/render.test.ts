import { describe, expect, it } from 'vitest'
import { shippedObjectives } from '../../src/cli/objective-files.ts'
import { renderAll } from '../../src/stack/preferred-context.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { describeStack } from '../../src/stack/topology.ts'

const settings = { ...defaultSettings, objectives: await shippedObjectives() }

describe.each(['lab', 'production'] as const)('rendered files, profile %s', (name) => {
  const files = [...renderAll(describeStack(profiles[name], settings))]

  it.each(files)('%s is as committed (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`./${name}/${file}`)
  })
})
