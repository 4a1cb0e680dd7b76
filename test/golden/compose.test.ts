import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { endpoints } from '../../src/api/contract/endpoints.ts'
import { describeComposeStack } from '../../src/api/control/compose-stack.ts'
import { baseImages } from '../../src/runtimes/compose/project/images.ts'
import { renderCompose } from '../../src/runtimes/compose/project/render.ts'
import { profiles } from '../../src/stack/profile.ts'

const options = { profile: 'lab', healthPath: endpoints.health.path }

describe('compose.yaml', () => {
  it('is what the topology says (npm run golden refreshes)', async () => {
    await expect(renderCompose(await describeComposeStack(profiles.lab, undefined, {}), options)).toMatchFileSnapshot('../../compose.yaml')
  })

  it('names each image by digest, and the Dockerfile what it builds on', async () => {
    const { services } = parse(renderCompose(await describeComposeStack(profiles.lab, undefined, {}), options)) as {
      services: Record<string, { image: string; build?: object }>
    }
    const loose = Object.entries(services).filter(
      ([, { image, build }]) => build === undefined && !/@sha256:[0-9a-f]{64}\}$/.test(image),
    )
    expect(loose).toEqual([])
    const dockerfile = await readFile(new URL('../../deploy/Dockerfile', import.meta.url), 'utf8')
    for (const [name, image] of Object.entries(baseImages)) expect(dockerfile).toContain(`ARG ${name}=${image}\n`)
    expect(dockerfile.match(/^FROM .*/gm)).toEqual(['FROM ${NODE_IMAGE} AS modules', 'FROM modules AS build', 'FROM ${BASE_IMAGE}'])
  })

  it('gives no container a capability or a new privilege, but what setup needs for files', async () => {
    const { services } = parse(renderCompose(await describeComposeStack(profiles.lab, undefined, {}), options)) as {
      services: Record<string, { cap_drop?: string[]; cap_add?: string[]; security_opt?: string[]; user?: string }>
    }
    for (const [name, { cap_drop, cap_add, security_opt, user }] of Object.entries(services)) {
      expect({ name, cap_drop, security_opt }).toEqual({ name, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
      if (name !== 'setup') expect(cap_add).toBeUndefined()
      if (name !== 'setup' && name !== 'docker-proxy') expect(user, name).toMatch(/^[1-9]\d*(:[1-9]\d*)?$/)
    }
  })
})
