import { describe, expect, it } from 'vitest'
import { readDoors } from './doors.ts'

const own = [
  { address: '127.0.0.1', internal: true },
  { address: '::1', internal: true },
  { address: '192.0.2.7', internal: false },
  { address: '2001:db8::7', internal: false },
]

describe('the doors of control', () => {
  it.each([undefined, '127.0.0.1'])(
    'with --listen %s are closed to other machines, and open to all on this one',
    (listen) => {
      const doors = readDoors(listen, own)
      expect(doors).toMatchObject({ host: '127.0.0.1', more: [], readers: 'everyone' })
      expect(doors.urls(8080)).toEqual(['http://127.0.0.1:8080'])
    },
  )

  it.each([
    ['192.0.2.7', '127.0.0.1', ['192.0.2.7'], ['http://192.0.2.7:1']],
    ['2001:db8::7', '127.0.0.1', ['2001:db8::7'], ['http://[2001:db8::7]:1']],
    ['::1', '127.0.0.1', ['::1'], ['http://[::1]:1']],
    ['0.0.0.0', '0.0.0.0', [], ['http://192.0.2.7:1']],
    ['::', '::', [], ['http://192.0.2.7:1', 'http://[2001:db8::7]:1']],
    ['0:0:0:0:0:0:0:0', '0:0:0:0:0:0:0:0', [], ['http://192.0.2.7:1', 'http://[2001:db8::7]:1']],
  ])('with --listen %s let others read with a session only', (listen, host, more, urls) => {
    const doors = readDoors(listen, own)
    expect(doors).toMatchObject({ host, more, readers: 'local' })
    expect(doors.urls(1)).toEqual(urls)
  })

  it.each(['192.0.2.8', 'localhost', 'example.org', '', '192.0.2.7:80', '1'])('are not opened at %j', (listen) => {
    expect(() => readDoors(listen, own)).toThrow(expect.objectContaining({ code: 'FD_STACK_ADDRESS' }))
  })
})
