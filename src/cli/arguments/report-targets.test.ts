import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FiredrillError } from '../../base/errors.ts'
import { heldJournal } from '../../drills/journal/test-journal.ts'
import { reporters } from '../../reporters/reporters.ts'
import { FORMS } from '../drills/report.ts'
import { readReportTargets, writeReports } from './report-targets.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-reports-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

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
    ['an ending that tells nothing', ['a.pdf'], false, 'FORM=FILE'],
    ['no file', ['junit='], false, 'FORM=FILE'],
    ['two for stdout', ['junit=-', 'html=-'], false, 'two results would be written to stdout'],
    ['one for stdout beside --json', ['junit=-'], true, 'two results would be written to stdout'],
  ])('is refused before anything is run: %s', (_, options, json, told) => {
    try {
      readReportTargets(options, json)
      expect.unreachable()
    } catch (error) {
      expect(error instanceof FiredrillError ? error.format() : error).toContain(told)
    }
  })

  it('writes each file whole, and adds to the summary of a job what others left there', async () => {
    const [xml, summary] = [join(folder, 'deep', 'a.xml'), join(folder, 'summary')]
    await writeFile(summary, 'before\n')
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary)
    await writeReports(readReportTargets([xml, `markdown=${summary}`], false), [heldJournal()])
    expect(await readFile(xml, 'utf8')).toBe(reporters.junit.render([heldJournal()]))
    expect(await readFile(summary, 'utf8')).toMatch(/^before\n## ✅ The store crashes under load: held\n/)
  })

  it('knows the forms that firedrill report offers', () => {
    expect([...FORMS].sort()).toEqual(Object.keys(reporters).sort())
  })
})
