import { usageErrors } from '../../base/usage-errors.ts'

/** Name of the image of Firedrill's own programs; kustomization.yaml says which registry and tag. */
export const OWN_IMAGE = 'firedrill'

/** An image as kustomize names it. */
export type ImageReference = { newName: string; newTag: string } | { newName: string; digest: string }

/** "registry.example.com:5000/firedrill:1.0", "firedrill@sha256:…"; without a tag it is "latest", as everywhere. @throws FD_USAGE */
export function readImage(text: string): ImageReference {
  const [, newName, newTag = 'latest', digest] = FORM.exec(text) ?? []
  if (newName !== undefined) return digest === undefined ? { newName, newTag } : { newName, digest }
  throw usageErrors.error('FD_USAGE', {
    message: 'no name of an image',
    where: '--image',
    expected: 'registry.example.com/firedrill:1.0, or a name with a digest',
    given: text,
  })
}

/** A registry with its port, folders, a tag or a digest. */
const FORM =
  /^((?:[\w.-]{1,255}(?::\d{1,5})?\/)?[a-z0-9][a-z0-9._/-]{0,254})(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/
