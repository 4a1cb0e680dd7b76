import { describe, expect, it } from 'vitest'
import type { SecretName } from './part.ts'
import { preferredContext } from './preferred-context.ts'
import { profiles } from './profile.ts'
import { describeStack } from './topology.ts'

const topology = describeStack(profiles.lab)

/** The secrets that a part asks for when it is started, and when the files are rendered that it reads. */
function askedBy(name: string): SecretName[] {
  const asked = new Set<SecretName>()
  const noted = (secret: SecretName) => {
    asked.add(secret)
    return secret
  }
  const context = { ...preferredContext(topology, name), secret: noted, secretFile: noted }
  topology.parts.find((part) => part.name === name)?.launch(context)
  for (const file of topology.files) if (file.part === name) file.render(context)
  return [...asked].sort()
}

describe('the secrets of the stack', () => {
  it('are given to those only who cannot do without, and those that open faults to one part each', () => {
    const all = Object.fromEntries(topology.parts.map(({ name }) => [name, askedBy(name)]))
    expect(Object.fromEntries(Object.entries(all).filter(([, secrets]) => secrets.length > 0))).toEqual({
      alertmanager: ['alertmanager', 'webhook'],
      'blackbox-exporter': ['exporters'],
      'node-exporter': ['exporters'],
      'postgres-exporter': ['exporters', 'postgres'],
      prometheus: ['alertmanager', 'exporters', 'prometheus'],
      proxy: ['faults-proxy'],
      quotes: ['faults-quotes', 'redis'],
      redis: ['exporters', 'redis'],
      'redis-exporter': ['exporters'],
      responder: ['maintenance', 'prometheus', 'responder', 'webhook'],
      store: ['faults-store', 'postgres', 'redis'],
      worker: ['faults-worker', 'postgres'],
    })
  })

  it('give the token of the operator to control alone', () => {
    expect(topology.parts.flatMap(({ name }) => askedBy(name))).not.toContain('control')
  })
})
