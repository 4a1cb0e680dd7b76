import { describe, expect, it } from 'vitest'
import { renderAll } from '../../src/stack/preferred-context.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'

describe.each(['lab', 'production'] as const)('rendered files, profile %s', (name) => {
  const files = [...renderAll(describeStack(profiles[name]))]

  it.each(files)('%s is as committed (npm run golden refreshes)', async (file, content) => {
    await expect(content).toMatchFileSnapshot(`./${name}/${file}`)
  })
})
