import { Type } from '#typebox'
import { defineFault } from '../fault.ts'
import type { WorkloadDescription } from '../workload.ts'
import { containerAt, holdChange, waitsWith } from './hold-change.ts'

/** Rolls out an image that cannot be pulled. */

/** What the kubelet says of an image that it cannot have. */
const WITHOUT_IMAGE = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
]

export const badImage = defineFault({
  name: 'bad-image',
  summary:
    'Roll out an image that cannot be pulled: the new pods never run, and how many of the old ones stay is for the strategy of the workload. Undone by the image before',
  params: Type.Object(
    {
      image: Type.String({
        // No host below .invalid has an address (RFC 2606), so that nothing is ever pulled.
        default: 'firedrill.invalid/no-such-image:none',
        minLength: 1,
        maxLength: 255,
        description: 'The image, which no registry has',
      }),
      container: Type.String({
        default: '',
        maxLength: 63,
        description: 'Name of the container; empty: the one that counts',
      }),
    },
    { additionalProperties: false },
  ),
  needs: ['workload'],
  alone: true,
  start(subject, { image, container }, injection) {
    const patches = (workload: WorkloadDescription) => {
      const { index, name, image: before } = containerAt(workload, container)
      const path = `/spec/template/spec/containers/${index}`
      const same = { op: 'test', path: `${path}/name`, value: name } as const
      return {
        act: [
          same,
          { op: 'test', path: `${path}/image`, value: before },
          { op: 'replace', path: `${path}/image`, value: image },
        ],
        undo: [
          same,
          { op: 'test', path: `${path}/image`, value: image },
          { op: 'replace', path: `${path}/image`, value: before },
        ],
        what: `image of ${name}: ${image} instead of ${before}`,
      } as const
    }
    return holdChange(
      subject,
      { change: { fault: 'bad-image', rollsOut: true, patches }, seen: waitsWith(WITHOUT_IMAGE) },
      injection,
    )
  },
})
