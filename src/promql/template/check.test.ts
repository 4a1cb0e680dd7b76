import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { checkTemplate } from './check.ts'

describe('checkTemplate', () => {
  it.each([
    ['{{ humanise $value }}', 'humanise', 'there is no function humanise', 'did you mean humanize?'],
    ['{{ $lables.job }}', '$lables', 'there is no variable $lables', 'did you mean $labels?'],
    ['a {{ $value }', '}', 'unexpected }', undefined],
    ['{{ if $value }}high', '', 'an {{ end }} is missing', undefined],
    ['{{ $value > 1 }}', '>', 'unexpected >', undefined],
    ['{{ $value', '', 'the braces {{ are not closed', undefined],
    ['{{ end }}', 'end', 'unexpected {{ end }}', undefined],
  ])('says what is wrong with %s, and where', (template, text, message, next) => {
    const [problem] = checkTemplate(template)
    expect(problem).toMatchObject({ message, ...defined({ next }) })
    expect(template.slice(problem?.from, problem?.to)).toBe(text)
  })

  it('takes what is no template, and refuses one that is too deep without falling over', () => {
    expect(checkTemplate('see $labels.instance in the docs')).toEqual([])
    expect(checkTemplate(`${'{{ if . }}'.repeat(5_000)}`)[0]?.message).toBe('deeper than is read here: 100 levels')
    expect(checkTemplate(`{{ ${'('.repeat(5_000)} }}`)[0]?.message).toBe('deeper than is read here: 100 levels')
  })
})
