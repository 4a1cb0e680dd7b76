import { describe, expect, it } from 'vitest'
import { reflow } from './help-text.ts'

describe('a help text', () => {
  it('is broken between words where the terminal ends, not where the source was', () => {
    const text = 'Breaks it on purpose under load,\nand reports what was seen and how fast.\n\nSecond.'
    expect(reflow(text, 40)).toBe(
      'Breaks it on purpose under load, and\nreports what was seen and how fast.\n\nSecond.',
    )
    expect(reflow(text, 200)).toBe(
      'Breaks it on purpose under load, and reports what was seen and how fast.\n\nSecond.',
    )
  })

  it('leaves lists and commands as they are, and goes on below what they say', () => {
    const text =
      'Faults:\n  kill      end the process at once\n  latency   delay requests before the service handles them\n'
    expect(reflow(text, 40)).toBe(
      'Faults:\n  kill      end the process at once\n  latency   delay requests before the\n            service handles them\n',
    )
  })

  it('takes what stands below a text for a part of it, and leaves a command whole', () => {
    const text = '  HOST   where it is,\n         and more of it\n  firedrill load http://127.0.0.1:3000 --rate 500'
    expect(reflow(text, 40)).toBe(
      '  HOST   where it is, and more of it\n  firedrill load http://127.0.0.1:3000 --rate 500',
    )
  })

  it('never breaks a word', () => {
    expect(reflow(`see https://example.org/${'x'.repeat(60)} there`, 40).split('\n')).toEqual([
      'see',
      `https://example.org/${'x'.repeat(60)}`,
      'there',
    ])
  })
})
