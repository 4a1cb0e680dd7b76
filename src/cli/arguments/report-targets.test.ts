import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../base/errors.ts'
import { reporters } from '../../reporters/reporters.ts'
import { FORMS } from '../drills/report.ts'
import { readReportTargets } from './report-targets.ts'

describe('--report', () => {
  it('names a form and a file, or a file whose ending names the form', () => {
    const targets = readReportTargets(['junit=a.txt', 'b.html', 'markdown=-'], false)
    expect(targets).toEqual([
      { reporter: reporters.junit, path: 'a.txt' },
      { reporter: reporters.html, path: 'b.html' },
      { reporter: reporters.markdown, path: '-' },
    ])
  })

  it.each([
    ['an unknown form', ['junitt=a.xml'], false, 'did you mean junit?'],
    ['an ending that names no form', ['a.pdf'], false, 'FORM=FILE'],
    ['no file', ['junit='], false, 'FORM=FILE'],
    ['two for stdout', ['junit=-', 'html=-'], false, 'two results would be written to stdout'],
    ['one for stdout beside --json', ['junit=-'], true, 'two results would be written to stdout'],
  ])('is refused before anything is run: %s', (_, options, json, text) => {
    try {
      readReportTargets(options, json)
      expect.unreachable()
    } catch (error) {
      expect(error instanceof FiredrillError ? error.format() : error).toContain(text)
    }
  })

  it('knows the forms that firedrill report offers', () => {
    expect([...FORMS].sort()).toEqual(Object.keys(reporters).sort())
  })
})
