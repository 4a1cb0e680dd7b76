import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Journal } from '../../../drills/journal/journal.ts'
import { saveJournal } from '../../../drills/journal/journal-store.ts'
import { deviatedJournal, heldJournal, hostileJournal } from '../../../drills/journal/test-journal.ts'
import { pageOf } from '../routes/drill-routes.ts'
import { DrillCatalog } from './drill-catalog.ts'
import { JournalIndex } from './journal-index.ts'

let folder: { journals: string }
let index: JournalIndex
beforeEach(async () => {
  folder = { journals: join(await mkdtemp(join(tmpdir(), 'fd-journals-')), 'journals') }
  index = new JournalIndex(folder)
})
afterEach(() => rm(join(folder.journals, '..'), { recursive: true }))

/** A run of a drill that ships, at this minute. */
const runAt = (minute: number, change: Partial<Journal> = {}, file = '/somewhere/drills/store-crash.yaml'): Journal => {
  const journal = heldJournal()
  const startedAt = new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString()
  return { ...journal, startedAt, drill: { ...journal.drill, file }, ...change }
}
async function save(...journals: Journal[]): Promise<void> {
  await mkdir(folder.journals, { recursive: true })
  for (const journal of journals) await saveJournal(folder, journal)
}

describe('JournalIndex', () => {
  it('is empty where nothing has run', async () => {
    expect(await index.list()).toEqual({ entries: [], unreadable: 0 })
    await expect(index.read('2026')).rejects.toMatchObject({ code: 'FD_JOURNAL_NOT_FOUND' })
  })

  it('lists the latest first, in a few fields, and sees new ones', async () => {
    await save(runAt(1), { ...deviatedJournal(), startedAt: runAt(2).startedAt })
    expect((await index.list()).entries.map(({ verdict }) => verdict)).toEqual(['deviated', 'held'])
    await save(runAt(3))
    const [latest] = (await index.list()).entries
    expect(latest).toMatchObject({
      id: '2026-01-02T03-03-00-000Z-store-crash',
      drill: { name: 'store-crash' },
      startedAtMs: Date.UTC(2026, 0, 2, 3, 3),
      mttdMs: heldJournal().mttdMs,
      stages: { injected: 0 },
    })
  })

  it('reads a journal by its id, and nothing else', async () => {
    const hostile = { ...hostileJournal().drill, sha256: 'a'.repeat(64) }
    await save(runAt(1), { ...hostileJournal(), drill: hostile })
    await writeFile(join(folder.journals, '..', 'secret.json'), '{}')
    const { entries } = await index.list()
    const titles = await Promise.all(entries.map(async ({ id }) => (await index.read(id)).drill.title))
    expect(titles).toEqual([hostile.title, heldJournal().drill.title])
    const [{ id } = { id: '' }] = entries
    for (const other of ['../secret', '..%2fsecret', `${id}.json`, '', '.'])
      await expect(index.read(other)).rejects.toMatchObject({ code: 'FD_JOURNAL_NOT_FOUND' })
  })

  it('has what journals say of alerts, oldest first, without what fills them', async () => {
    await save(runAt(2, { verdict: 'deviated' }), runAt(1))
    await writeFile(join(folder.journals, '2026-01-01-broken.json'), '{')
    const { journals, unreadable } = await index.evidence()
    expect(journals.map(({ verdict }) => verdict)).toEqual(['held', 'deviated'])
    expect(journals[0]).toMatchObject({ load: null, timings: [], faults: heldJournal().faults })
    expect(journals[0]?.series?.alerts).toEqual(heldJournal().series?.alerts)
    expect(unreadable).toBe(1)
  })

  it('reads each file once, for lists and for coverage', async () => {
    await save(runAt(1))
    const [{ id } = { id: '' }] = (await index.list()).entries
    await writeFile(join(folder.journals, `${id}.json`), '{')
    expect((await index.evidence()).journals).toHaveLength(1)
    expect((await index.list()).entries).toHaveLength(1)
  })

  it('counts files that are no journals, and passes over a folder of such a name', async () => {
    await save(runAt(1))
    await writeFile(join(folder.journals, '2026-01-01-broken.json'), '{"half":')
    await mkdir(join(folder.journals, '2026-01-01-folder.json'))
    await writeFile(join(folder.journals, 'notes.txt'), 'mine')
    const { entries, unreadable } = await index.list()
    expect(entries).toHaveLength(1)
    expect(unreadable).toBe(2)
    await expect(index.read('2026-01-01-broken')).rejects.toMatchObject({ code: 'FD_JOURNAL_INVALID' })
  })
})

describe('pageOf', () => {
  it('goes through all pages once, and filters', async () => {
    await save(...[1, 2, 3, 4, 5].map((minute) => runAt(minute)), runAt(6, {}, 'drills/quiet.yaml'))
    const { entries } = await index.list()
    const first = pageOf(entries, { drill: 'store-crash', limit: 2 })
    const second = pageOf(entries, { drill: 'store-crash', limit: 2, ...(first.next && { before: first.next }) })
    const third = pageOf(entries, { drill: 'store-crash', limit: 2, ...(second.next && { before: second.next }) })
    const minutes = [first, second, third].flatMap(({ journals }) => journals.map(({ id }) => id.slice(14, 16)))
    expect(minutes).toEqual(['05', '04', '03', '02', '01'])
    expect(third).toMatchObject({ total: 5, next: null })
    expect(pageOf(entries, { verdict: 'deviated', limit: 2 })).toEqual({ journals: [], total: 0, next: null })
  })
})

describe('DrillCatalog', () => {
  it('lists every drill that ships with what it does, and the drills of which only journals are known', async () => {
    await save(runAt(1), runAt(2, { verdict: 'deviated' }), runAt(3, {}, '/mine/my drill.yaml'))
    const drills = await new DrillCatalog(index).list()
    const named = (name: string) => drills.find((drill) => drill.name === name)
    expect(drills.filter(({ ships }) => ships).length).toBeGreaterThan(30)
    expect(named('store-crash')).toMatchObject({
      ships: true,
      faults: ['kill'],
      targets: ['store'],
      alerts: ['ServiceDown'],
      runs: 2,
      last: { verdict: 'deviated' },
      recent: [{ verdict: 'deviated' }, { verdict: 'held' }],
    })
    expect(named('my drill')).toMatchObject({ ships: false, runs: 1, parameters: [] })
    expect(named('cpu-stress')?.parameters).toEqual([
      { name: 'threads', type: 'integer', default: 4, description: expect.stringContaining('Threads') },
    ])
  })

  it('shows the file of a drill that ships, and how the times of its runs are spread', async () => {
    const catalog = new DrillCatalog(index)
    const { sha256 } = await catalog.read('store-crash', {})
    const drill = { ...runAt(1).drill, sha256 }
    const otherClocks = { profile: 'production' }
    await save(
      runAt(1, { drill }),
      runAt(2, { drill, ...otherClocks }),
      runAt(3, { drill: { ...drill, sha256: 'f'.repeat(64) } }),
      runAt(4, { drill, verdict: 'deviated' }),
      runAt(5, { drill }),
    )
    const view = await catalog.view('store-crash')
    expect(view.text).toContain('title: The store crashes under load')
    expect(view.path).toBe('drills/store-crash.yaml')
    expect(view.runs).toBe(5)
    // Only those that held, of this file, with the clocks of the latest.
    expect(view.spread.runs).toBe(2)
    expect(view.spread.stages.received).toMatchObject({ count: 2 })
  })

  it('never reads the file of a drill that does not ship, although a journal names a path', async () => {
    await save(runAt(1, {}, '/etc/passwd.yaml'))
    expect(await new DrillCatalog(index).view('passwd')).toMatchObject({ path: null, text: null, ships: false })
    await expect(new DrillCatalog(index).read('passwd', {})).rejects.toMatchObject({ code: 'FD_DRILL_NOT_FOUND' })
  })

  it.each(['../package', 'store-crash.yaml', '/etc/hostname', 'constructor'])('has no drill %s', async (name) => {
    await expect(new DrillCatalog(index).view(name)).rejects.toMatchObject({ code: 'FD_DRILL_NOT_FOUND' })
  })

  it('refuses a value that a parameter cannot have, and a parameter that there is not', async () => {
    const catalog = new DrillCatalog(index)
    expect((await catalog.read('cpu-stress', { threads: '2' })).parameters).toEqual({ threads: 2 })
    await expect(catalog.read('cpu-stress', { threads: 'many' })).rejects.toMatchObject({
      code: 'FD_DRILL_INVALID',
      message: expect.stringContaining('threads'),
    })
    await expect(catalog.read('cpu-stress', { thraeds: '2' })).rejects.toMatchObject({ code: 'FD_USAGE' })
  })

  it('refuses to run a drill that names an objective that the stack does not have', async () => {
    const catalog = new DrillCatalog(index, { objectives: [] })
    await expect(catalog.read('store-crash', {})).rejects.toMatchObject({ code: 'FD_DRILL_INVALID' })
    expect((await catalog.list()).map(({ name }) => name)).toContain('store-crash')
  })
})
