import { describe, expect, it } from 'vitest'
import { componentOf, images } from './images.ts'

describe('the version of a component in a container', () => {
  it.each([
    ['prom/prometheus:v3.5.0@sha256:63805ebb', '3.5.0'],
    ['postgres:17.10-bookworm@sha256:4f736ae2', '17.10'],
    ['registry.example:5000/mirror/redis:7.4.11', '7.4.11'],
    ['registry.example:5000/mirror/redis', 'without a tag'],
    ['shop/prometheus:latest', 'latest'],
  ])('is read from its image: %s', (image, version) => {
    expect(componentOf(image)).toEqual({ version, source: `image ${image}` })
  })

  it('is known of every image that ships', () => {
    for (const { image } of Object.values(images)) expect(componentOf(image).version).toMatch(/^\d+\.\d+/)
  })
})
