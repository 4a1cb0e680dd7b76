import { describe, expect, it } from 'vitest'
import { yamlSection } from './yaml-section.ts'

const LONG = `global:
  scrape_interval: 15s
alerting:
  alertmanagers:
  - scheme: http
scrape_configs: [
`

describe('a section of a YAML text', () => {
  it.each([
    ['that has lines of its own is read alone', LONG, { value: { scrape_interval: '15s' } }],
    ['of a text in one line is found', '{ global: { a: 1 } }', { value: { a: 1 } }],
    ['that is missing is empty', 'rule_files: []', { value: {} }],
    ['that is no mapping is empty', 'global:\n', { value: {} }],
    ['that cannot be read says why', 'global: [\n', { problem: expect.stringMatching(/^global: not YAML/) }],
  ])('%s', (_, text, expected) => {
    expect(yamlSection(text, 'global')).toEqual(expected)
  })
})
