import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { heldJournal } from '../drills/journal/test-journal.ts'
import { reporters } from './reporters.ts'
import { writeReports } from './write-reports.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-reports-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

describe('writeReports', () => {
  it('writes each file whole, adds to the summary of a job what others left there, and hands "-" to stdout', async () => {
    const [xml, summary] = [join(folder, 'deep', 'a.xml'), join(folder, 'summary')]
    await writeFile(summary, 'before\n')
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary)
    const printed: string[] = []
    const noted: string[] = []
    await writeReports(
      [
        { reporter: reporters.junit, path: xml },
        { reporter: reporters.markdown, path: summary },
        { reporter: reporters.json, path: '-' },
      ],
      [heldJournal()],
      { toStdout: (text) => printed.push(text), note: (text) => noted.push(text) },
    )
    expect(await readFile(xml, 'utf8')).toBe(reporters.junit.render([heldJournal()]))
    expect(await readFile(summary, 'utf8')).toMatch(/^before\n## ✅ The store crashes under load: held\n/)
    expect(printed).toEqual([reporters.json.render([heldJournal()])])
    expect(noted).toEqual([`report written to ${xml}`, `report written to ${summary}`])
  })
})
