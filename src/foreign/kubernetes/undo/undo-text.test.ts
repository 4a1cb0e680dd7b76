import { describe, expect, it } from 'vitest'
import type { PatchStep } from '../../../faults/workload.ts'
import { undoText } from './undo-text.ts'

const CONTAINER = '/spec/template/spec/containers/0'
const ours = { op: 'test', path: '/metadata/uid', value: 'u-1' } as const
const web = { op: 'test', path: `${CONTAINER}/name`, value: 'web' } as const

describe('what an undo changes', () => {
  it.each<[string, PatchStep[], string]>([
    [
      'a number of replicas',
      [
        { op: 'test', path: '/spec/replicas', value: 1 },
        { op: 'replace', path: '/spec/replicas', value: 2 },
      ],
      'replicas from 1 to 2',
    ],
    [
      'an image',
      [
        web,
        { op: 'test', path: `${CONTAINER}/image`, value: 'broken:1' },
        { op: 'replace', path: `${CONTAINER}/image`, value: 'shop:4' },
      ],
      'image of web from broken:1 to shop:4',
    ],
    [
      'a reference that was added',
      [
        web,
        { op: 'test', path: `${CONTAINER}/envFrom/1`, value: { configMapRef: { name: 'x' } } },
        { op: 'remove', path: `${CONTAINER}/envFrom/1` },
      ],
      'environment of web without what the fault had added',
    ],
    [
      'what a Service sends to',
      [
        { op: 'test', path: '/spec/selector', value: { 'firedrill.dev/proxy': 'f1' } },
        { op: 'replace', path: '/spec/selector', value: { app: 'db', tier: 'data' } },
      ],
      'selector from firedrill.dev/proxy=f1 to app=db,tier=data',
    ],
    ['something that was not tested', [{ op: 'replace', path: '/spec/replicas', value: 2 }], 'replicas to 2'],
  ])('is named from what to what: %s', (_, undo, text) => {
    expect(undoText([ours, ...undo])).toBe(text)
  })
})
