import { describe, expect, it } from 'vitest'
import type { Pod } from '../../kubernetes/objects.ts'
import { fillSlots, type Slot } from './slots.ts'

/** Pods by uid and name; one with a star is being deleted. */
const pods = (...names: string[]): Pod[] =>
  names.map((name) => {
    const plain = name.replace('*', '')
    const deleted = name.endsWith('*') ? { deletionTimestamp: 'now' } : {}
    return { metadata: { name: plain, uid: plain, ...deleted }, status: { phase: 'Running' } } as unknown as Pod
  })

const text = (slots: readonly Slot[]) =>
  slots.map(({ number, pod }) => `${number}:${pod?.metadata.name ?? '-'}`).join(' ')

/** What the slots are after each of these looks. */
function looks(...all: [desired: number, ...names: string[]][]): string[] {
  let slots: readonly Slot[] = []
  return all.map(([desired, ...names]) => {
    slots = fillSlots(slots, { pods: pods(...names), desired })
    return text(slots)
  })
}

describe('the slots of a workload', () => {
  it.each<[string, Parameters<typeof looks>, string[]]>([
    ['are filled in order, oldest pod first', [[3, 'a', 'b', 'c']], ['1:a 2:b 3:c']],
    [
      'are empty while pods are missing',
      [
        [2, 'a'],
        [2, 'a', 'b'],
      ],
      ['1:a 2:-', '1:a 2:b'],
    ],
    [
      'keep their pods, in any order of their list',
      [
        [2, 'a', 'b'],
        [2, 'b', 'a'],
      ],
      ['1:a 2:b', '1:a 2:b'],
    ],
    [
      'take the next new pod when theirs is gone',
      [
        [2, 'a', 'b'],
        [2, 'b'],
        [2, 'b', 'c'],
      ],
      ['1:a 2:b', '1:- 2:b', '1:c 2:b'],
    ],
    [
      'are free as soon as their pod is being deleted',
      [
        [2, 'a', 'b'],
        [2, 'a*', 'b', 'c'],
      ],
      ['1:a 2:b', '1:c 2:b'],
    ],
    [
      'leave a pod that is one too many outside, until one of them ends',
      [
        [2, 'a', 'b'],
        [2, 'a', 'b', 'c'],
        [2, 'a', 'b*', 'c'],
      ],
      ['1:a 2:b', '1:a 2:b', '1:a 2:c'],
    ],
    [
      'are as many as are desired',
      [
        [1, 'a'],
        [3, 'a'],
        [3, 'a', 'b', 'c'],
      ],
      ['1:a', '1:a 2:- 3:-', '1:a 2:b 3:c'],
    ],
    [
      'go with their pods when fewer are desired',
      [
        [3, 'a', 'b', 'c'],
        [2, 'a', 'b', 'c'],
        [2, 'b', 'c'],
      ],
      ['1:a 2:b 3:c', '1:a 2:b 3:c', '2:b 3:c'],
    ],
    [
      'are all gone when none is desired',
      [
        [2, 'a', 'b'],
        [0, 'a*', 'b*'],
      ],
      ['1:a 2:b', ''],
    ],
    [
      'get the lowest free numbers',
      [
        [3, 'a', 'b', 'c'],
        [2, 'b', 'c'],
        [3, 'b', 'c', 'd'],
      ],
      ['1:a 2:b 3:c', '2:b 3:c', '1:d 2:b 3:c'],
    ],
    [
      'of a StatefulSet are filled again by the pod of the same name',
      [[2, 'db-0', 'db-1'], [2], [2, 'db-1'], [2, 'db-0', 'db-1']],
      ['1:db-0 2:db-1', '1:- 2:-', '1:- 2:db-1', '1:db-0 2:db-1'],
    ],
  ])('%s', (_, given, expected) => {
    expect(looks(...given)).toEqual(expected)
  })

  it('leave pods that have failed aside', () => {
    const [failed] = pods('a')
    if (failed === undefined) throw new Error('a pod')
    failed.status.phase = 'Failed'
    expect(text(fillSlots([], { pods: [failed], desired: 1 }))).toBe('1:-')
  })
})
