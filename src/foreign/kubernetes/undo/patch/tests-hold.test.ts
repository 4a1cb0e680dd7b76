import { expect, it } from 'vitest'
import { testsHold } from './tests-hold.ts'

const workload = {
  metadata: { uid: 'a', annotations: { 'firedrill.dev/undo': 'x' } },
  spec: {
    replicas: 0,
    template: { spec: { containers: [{ name: 'web', envFrom: [{ configMapRef: { name: 'none' } }] }] } },
  },
}
const CONTAINER = '/spec/template/spec/containers/0'

it.each([
  ['a number of zero', '/spec/replicas', 0],
  ['a list', `${CONTAINER}/envFrom`, [{ configMapRef: { name: 'none' } }]],
  ['a name with a slash', '/metadata/annotations/firedrill.dev~1undo', 'x'],
])('the test of %s holds', (_, path, value) => {
  expect(testsHold(workload, [{ op: 'test', path, value }])).toBe(true)
})

it.each([
  ['another value', '/spec/replicas', 3],
  ['a container that is not there', '/spec/template/spec/containers/1/name', 'web'],
  ['what every object has', '/metadata/constructor', Object],
  ['what is below a text', '/metadata/uid/length', 1],
])('the test of %s does not hold', (_, path, value) => {
  expect(
    testsHold(workload, [
      { op: 'test', path: '/metadata/uid', value: 'a' },
      { op: 'test', path, value },
    ]),
  ).toBe(false)
})

it('a patch without tests holds', () => {
  expect(testsHold(workload, [{ op: 'replace', path: '/spec/replicas', value: 3 }])).toBe(true)
})
