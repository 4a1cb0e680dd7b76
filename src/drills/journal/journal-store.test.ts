import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkJournalRoom, readJournals, saveJournal } from './journal-store.ts'
import { heldJournal } from './test-journal.ts'

let journals: string
beforeEach(async () => {
  journals = await mkdtemp(join(tmpdir(), 'fd-journals-'))
})
afterEach(() => rm(journals, { recursive: true }))

async function save(minute: number): Promise<void> {
  await saveJournal(
    { journals },
    { ...heldJournal(), startedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() },
  )
}

describe('readJournals', () => {
  it('keeps of each journal only what the caller makes of it, oldest first', async () => {
    for (const minute of [2, 1, 3]) await save(minute)
    const minuteOf = ({ journal }: { journal: { startedAt: string } }) => new Date(journal.startedAt).getUTCMinutes()
    expect(await readJournals({ journals }, { paths: [] }, minuteOf)).toEqual([1, 2, 3])
    expect(await readJournals({ journals }, { paths: [], last: 2 }, minuteOf)).toEqual([2, 3])
  })

  it('reads one after the other: what is kept of the first is made before the second is opened', async () => {
    await save(1)
    await writeFile(join(journals, '9999-not-a-journal.json'), '{')
    const kept: string[] = []
    const reading = readJournals({ journals }, { paths: [] }, ({ path }) => kept.push(basename(path)))
    await expect(reading).rejects.toMatchObject({ code: 'FD_JOURNAL_INVALID' })
    expect(kept).toEqual(['2026-01-01T00-01-00-000Z-store-crash.json'])
  })

  it('reports a folder without any', async () => {
    await expect(readJournals({ journals }, { paths: [] }, () => undefined)).rejects.toMatchObject({
      code: 'FD_JOURNAL_NOT_FOUND',
      details: { where: journals },
    })
  })
})

describe('checkJournalRoom', () => {
  it('leaves nothing behind', async () => {
    await checkJournalRoom({ journals })
    expect(await readdir(journals)).toEqual([])
  })

  it('rejects with what the system says where no journal can be written', async () => {
    const file = join(journals, 'a-file')
    await writeFile(file, '')
    await expect(checkJournalRoom({ journals: file })).rejects.toMatchObject({ code: 'EEXIST' })
  })
})
