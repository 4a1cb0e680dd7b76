import { describe, expect, it } from 'vitest'
import { renderCompose } from '../../src/runtimes/compose/render.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'

describe('compose.yaml', () => {
  it('is what the topology says (npm run golden refreshes)', async () => {
    await expect(renderCompose(describeStack(profiles.lab), 'lab')).toMatchFileSnapshot('../../compose.yaml')
  })
})
