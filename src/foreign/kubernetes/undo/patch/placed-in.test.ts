import { describe, expect, it } from 'vitest'
import type { PatchStep } from '../../../../faults/workload.ts'
import { placedIn } from './placed-in.ts'

const LIST = '/spec/template/spec/containers'
const withContainers = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } })
const web = { name: 'web', image: 'broken:1' }
const mesh = { name: 'mesh', image: 'mesh:1' }
const imageBack = (at: number): PatchStep[] => [
  { op: 'test', path: '/metadata/uid', value: 'a' },
  { op: 'test', path: `${LIST}/${at}/name`, value: 'web' },
  { op: 'test', path: `${LIST}/${at}/image`, value: 'broken:1' },
  { op: 'replace', path: `${LIST}/${at}/image`, value: 'shop:4' },
]

describe('the undo of a container', () => {
  it.each([
    ['stays at its place', withContainers(web), 0],
    ['follows it behind a container that somebody has put before it', withContainers(mesh, web), 1],
    ['stays where no container has its name', withContainers(mesh), 0],
    ['stays where there are no containers', {}, 0],
  ])('%s', (_, object, at) => {
    expect(placedIn(object, imageBack(0))).toEqual(imageBack(at))
  })

  it('follows it to the front', () => {
    expect(placedIn(withContainers(web, mesh), imageBack(1))).toEqual(imageBack(0))
  })

  it('touches no other place whose number begins alike', () => {
    const other = { op: 'test', path: `${LIST}/10/image`, value: 'x' } as const
    expect(placedIn(withContainers(mesh, mesh, web), [...imageBack(1), other])).toEqual([...imageBack(2), other])
  })
})

describe('the undo of a reference', () => {
  const ours = { configMapRef: { name: 'firedrill-not-there' } }
  const others = { configMapRef: { name: 'settings' } }
  const referenceAway = (at: number, of: number): PatchStep[] => [
    { op: 'test', path: `${LIST}/${at}/name`, value: 'web' },
    { op: 'test', path: `${LIST}/${at}/envFrom/${of}`, value: ours },
    { op: 'remove', path: `${LIST}/${at}/envFrom/${of}` },
  ]

  it.each([
    ['stays', [others, ours], 1],
    ['follows it when the one before it is gone', [ours], 0],
    ['follows it behind another one', [others, others, ours], 2],
    ['stays where it is gone', [others], 1],
  ])('%s', (_, envFrom, at) => {
    expect(placedIn(withContainers({ name: 'web', envFrom }), referenceAway(0, 1))).toEqual(referenceAway(0, at))
  })

  it('follows both the container and the reference', () => {
    const moved = withContainers(mesh, { name: 'web', envFrom: [others, ours] })
    expect(placedIn(moved, referenceAway(0, 0))).toEqual(referenceAway(1, 1))
  })
})
