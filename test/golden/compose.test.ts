import { describe, expect, it } from 'vitest'
import { describeComposeStack } from '../../src/api/compose-stack.ts'
import { renderCompose } from '../../src/runtimes/compose/render.ts'
import { profiles } from '../../src/stack/profile.ts'

describe('compose.yaml', () => {
  it('is what the topology says (npm run golden refreshes)', async () => {
    await expect(renderCompose(await describeComposeStack(profiles.lab, undefined, {}), 'lab')).toMatchFileSnapshot('../../compose.yaml')
  })
})
