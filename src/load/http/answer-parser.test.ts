import { describe, expect, it } from 'vitest'
import { type Answer, AnswerParser } from './answer-parser.ts'

const text = (...lines: string[]) => lines.join('\r\n')

/** Feeds the bytes in pieces of that size, through one buffer that is reused as a socket's is. */
function parse(bytes: string, size: number, method = 'GET'): Answer[] {
  const parser = new AnswerParser()
  const shared = Buffer.alloc(size)
  const answers: Answer[] = []
  const all = Buffer.from(bytes, 'latin1')
  parser.expect(method)
  for (let at = 0; at < all.length; at += size) {
    const length = all.copy(shared, 0, at, at + size)
    const answer = parser.feed(shared, length)
    shared.fill(0)
    if (answer !== undefined) answers.push(answer)
  }
  const last = parser.end()
  return last === undefined ? answers : [...answers, last]
}

const SIZES = [1, 2, 3, 7, 16, 64, 10_000]
const withLength = text('HTTP/1.1 200 OK', 'Content-Type: a/b', 'content-LENGTH: 5', 'X: y', '', 'hello')
const chunks = text(
  'HTTP/1.1 200 OK',
  'Transfer-Encoding: chunked',
  '',
  '3',
  'hel',
  '2;x=y',
  'lo',
  '0',
  'Trail: er',
  '',
  '',
)

describe('AnswerParser', () => {
  describe.each(SIZES)('in pieces of %i bytes', (size) => {
    it.each<[what: string, bytes: string, expected: Partial<Answer> & { text: string }]>([
      ['a length', withLength, { status: 200, keepAlive: true, text: 'hello' }],
      ['chunks and a trailer', chunks, { status: 200, keepAlive: true, text: 'hello' }],
      ['no body', text('HTTP/1.1 204 No Content', '', ''), { status: 204, keepAlive: true, text: '' }],
      [
        'an empty body',
        text('HTTP/1.1 503 X', 'Content-Length: 0', '', ''),
        { status: 503, keepAlive: true, text: '' },
      ],
      ['the end of the connection', text('HTTP/1.1 200 OK', '', 'hello'), { keepAlive: false, text: 'hello' }],
      ['HTTP/1.0', text('HTTP/1.0 200 OK', 'Content-Length: 1', '', 'a'), { keepAlive: false, text: 'a' }],
      [
        'Connection: close',
        text('HTTP/1.1 200 OK', 'Connection: Close', 'Content-Length: 1', '', 'a'),
        { keepAlive: false, text: 'a' },
      ],
      [
        'an interim answer before it',
        `${text('HTTP/1.1 100 Continue', '', '')}${withLength}`,
        { status: 200, text: 'hello' },
      ],
      [
        'cookies',
        text('HTTP/1.1 200 OK', 'Set-Cookie: a=b', 'Content-Length: 0', '', ''),
        { setsCookies: true, text: '' },
      ],
    ])('reads an answer with %s', (_, bytes, { text: body, ...expected }) => {
      const answers = parse(bytes, size)
      expect(answers).toHaveLength(1)
      expect(answers[0]).toMatchObject(expected)
      expect(answers[0]?.body.toString()).toBe(body)
    })

    it('keeps the head as it was sent', () => {
      expect(parse(withLength, size)[0]?.head).toBe(
        text('HTTP/1.1 200 OK', 'Content-Type: a/b', 'content-LENGTH: 5', 'X: y', ''),
      )
    })
  })

  it('takes no body from an answer to HEAD', () => {
    expect(parse(text('HTTP/1.1 200 OK', 'Content-Length: 5', '', ''), 100, 'HEAD')[0]?.keepAlive).toBe(true)
  })

  it('does not trust a connection that says more than was asked', () => {
    expect(parse(`${withLength}more`, 10_000)[0]?.keepAlive).toBe(false)
  })

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'not HTTP'],
    [
      'a length that is not a number',
      text('HTTP/1.1 200 OK', 'Content-Length: x', '', ''),
      'other characters than digits',
    ],
    [
      'a chunk size that is not a number',
      text('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', 'zz', ''),
      'size of a chunk',
    ],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x'.repeat(300_000)}`, 'does not end'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parse(bytes, 400_000)).toThrow(message)
  })
})
