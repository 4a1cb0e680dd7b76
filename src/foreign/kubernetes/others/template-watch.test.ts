import { describe, expect, it } from 'vitest'
import type { Workload } from '../../../kubernetes/objects.ts'
import { UNDO_ANNOTATION } from '../undo/undo-record.ts'
import { TemplateWatch } from './template-watch.ts'

interface Seen {
  image?: string
  env?: string
  hint?: string
  restartedAt?: string
}

function workload({ image = 'shop:1', env = '', hint, restartedAt = '' }: Seen): Workload {
  const annotations = hint === undefined ? {} : { [UNDO_ANNOTATION]: hint }
  const container = { name: 'shop', image, env: [{ name: 'A', value: env }] }
  return {
    metadata: { name: 'shop', uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', annotations },
    spec: {
      selector: {},
      template: { metadata: { annotations: { restartedAt } }, spec: { containers: [container] } },
    },
    status: {},
  }
}

describe('what the pods of a workload run', () => {
  it.each<[string, Seen[], (string | undefined)[]]>([
    ['is as it was', [{}, {}], [undefined, undefined]],
    [
      'is another image by somebody else: once',
      [{}, { image: 'shop:2' }, { image: 'shop:2' }],
      [undefined, 'image of shop: shop:2 instead of shop:1', undefined],
    ],
    ['is another template', [{}, { env: 'x' }], [undefined, 'its template is another one']],
    [
      'is what a fault sets, and then what was before',
      [{}, { image: 'bad', hint: 'a' }, {}],
      [undefined, undefined, undefined],
    ],
    [
      'is changed by somebody else while a fault is in force',
      [{}, { image: 'bad', hint: 'a' }, { image: 'shop:3', hint: 'a' }],
      [undefined, undefined, 'image of shop: shop:3 instead of bad'],
    ],
    [
      'is put back by somebody else: a repair',
      [{}, { image: 'bad', hint: 'a' }, { hint: 'a' }],
      [undefined, undefined, undefined],
    ],
    ['is the same after a restart', [{}, { restartedAt: 'now' }], [undefined, undefined]],
  ])('%s', (_, seen, changes) => {
    const watch = new TemplateWatch()
    expect(seen.map((one) => watch.look(workload(one)))).toEqual(changes)
  })
})
