import { describe, expect, it } from 'vitest'
import { readImage } from './own-image.ts'

const DIGEST = `sha256:${'0a'.repeat(32)}`

describe('the name of an image', () => {
  it.each([
    ['firedrill', { newName: 'firedrill', newTag: 'latest' }],
    ['firedrill:1.0', { newName: 'firedrill', newTag: '1.0' }],
    ['registry.example.com/team/firedrill:1.0', { newName: 'registry.example.com/team/firedrill', newTag: '1.0' }],
    ['localhost:5000/firedrill', { newName: 'localhost:5000/firedrill', newTag: 'latest' }],
    ['localhost:5000/firedrill:2', { newName: 'localhost:5000/firedrill', newTag: '2' }],
    [`example.com/firedrill@${DIGEST}`, { newName: 'example.com/firedrill', digest: DIGEST }],
    [`example.com/firedrill:1@${DIGEST}`, { newName: 'example.com/firedrill', digest: DIGEST }],
  ])('%s is read as kustomize takes it', (text, image) => {
    expect(readImage(text)).toEqual(image)
  })

  it.each([
    '',
    ' ',
    'Fire Drill',
    '--image',
    'firedrill:',
    'firedrill@sha256:12',
    'a/b:c:d',
    'firedrill\n',
    '/firedrill',
  ])('%j is refused', (text) => {
    expect(() => readImage(text)).toThrow('no name of an image')
  })
})
