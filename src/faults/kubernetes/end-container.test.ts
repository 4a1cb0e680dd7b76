import { describe, expect, it } from 'vitest'
import { waysToEnd } from './end-container.ts'
import { firstProcessOf } from './first-process.ts'

const textOf = (status: string, children = '') => waysToEnd(firstProcessOf(status, children)).map(({ what }) => what)

describe('the ways to end a container', () => {
  it.each<[string, string, string, string[]]>([
    // The masks are those of real programs as pid 1.
    [
      'a shell with a child',
      'Name:\tsh\nSigCgt:\t0000000000010002\n',
      '12 13',
      ['SIGKILL to the children of pid 1 (sh), pid 12, 13', 'SIGINT to pid 1 (sh)'],
    ],
    [
      'Go, which handles all',
      'Name:\tapi\nSigCgt:\tfffffffd7fc1feff\n',
      '',
      ['SIGABRT to pid 1 (api)', 'SIGTERM to pid 1 (api)', 'SIGINT to pid 1 (api)'],
    ],
    [
      'Node without a handler of its own',
      'Name:\tnode\nSigCgt:\t0000000100004602\n',
      '',
      ['process.reallyExit(1) in pid 1 (node), by its debugger', 'SIGTERM to pid 1 (node)', 'SIGINT to pid 1 (node)'],
    ],
    ['a program without any handler', 'Name:\tsleep\nSigCgt:\t0000000000000000\n', '', []],
    [
      'a program with a child that is no wrapper',
      'Name:\tnginx\nSigCgt:\t0000000018014a07\n',
      '29',
      ['SIGTERM to pid 1 (nginx)', 'SIGINT to pid 1 (nginx)'],
    ],
  ])('of %s', (_, status, children, expected) => {
    expect(textOf(status, children)).toEqual(expected)
  })
})
