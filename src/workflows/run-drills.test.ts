import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FiredrillError } from '../base/errors.ts'
import type { Turn } from '../base/turn.ts'
import { parseDrill } from '../drills/file/drill-file.ts'
import { SmallWorld } from '../drills/run/test-world.ts'
import { StateFolder } from '../runtimes/native/state/state-folder.ts'
import type { PreparedRuns } from './prepare-runs.ts'
import { type RunOutput, runDrills } from './run-drills.ts'

const DRILL = `
title: The store crashes
why: It must not matter
steadyState: [{ http: store, path: /ready }]
load: none
method: [{ at: 0s, fault: kill, target: store }]
expectations: [{ steady: true, within: 20s }]
`

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'fd-run-'))
})
afterEach(() => rm(path, { recursive: true }))

interface Known extends Pick<PreparedRuns, 'silent'> {
  /** Called before the system is opened. */
  before?(folder: StateFolder): Promise<void>
  /** What is known of its turn. */
  turn?: Partial<Turn>
}

/** Runs the drill on a small world; returns what was shown, and what it ended with. */
async function run(
  onEvent: (folder: StateFolder) => Promise<void>,
  { before = async () => {}, turn = {}, ...known }: Known = {},
) {
  const folder = new StateFolder(join(path, '.firedrill'))
  const shown: string[] = []
  // Which ends the run early.
  const world = new SmallWorld({ refuses: true })
  await world.start()
  let events: Promise<void> | undefined
  const prepared: PreparedRuns = {
    drills: [parseDrill(DRILL, 'drills/x.yaml', { services: ['store'] })],
    objectives: [],
    planned: undefined,
    ...known,
    foreign: {
      file: 'firedrill.yaml',
      environment: 'lab',
      reading: { services: ['store'] },
      turns: { take: async () => ({ turn: { end: async () => undefined, ...turn } }) },
      levers: [],
      planContext: async () => Promise.reject(new Error('not asked for')),
      open: async () => {
        await before(folder)
        return {
          system: world,
          gone: new AbortController().signal,
          annotate: async () => undefined,
          close: async () => undefined,
        }
      },
    },
  }
  const output: RunOutput = {
    note: (text) => void shown.push(text),
    relay: () => undefined,
    onTurn: () => undefined,
    onEvent: () => {
      if (events === undefined) shown.push('begun')
      events ??= onEvent(folder)
    },
    onJournal: ({ journal: { verdict }, path: written }) =>
      void shown.push(`${verdict}, ${written === undefined ? 'not written' : 'written'}`),
    onAnnotationFailed: () => undefined,
    onReport: async (journals) => void shown.push(`report of ${journals.length}`),
    onEnd: async () => void shown.push('end'),
  }
  const options = {
    name: 'x',
    seed: 1,
    repeat: 1,
    failFast: false,
    profile: 'lab',
    keep: false,
    busy: false,
    waitMs: 0,
  }
  const { signal } = new AbortController()
  const error = await runDrills(prepared, options, { folder, signal, output }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  await events
  await world.stop()
  return { shown, error }
}

const blockJournals = async ({ journals }: StateFolder) => {
  await rm(journals, { recursive: true, force: true })
  await writeFile(journals, 'not a folder')
}

describe('runDrills', { timeout: 120_000 }, () => {
  it('shows the verdict and the report before it ends with the error of a journal that cannot be written', async () => {
    const { shown, error } = await run(blockJournals)
    expect(shown).toEqual(['begun', 'inconclusive, not written', 'report of 1', 'end'])
    expect(error).toMatchObject({ code: 'EEXIST' })
  })

  it('proves nothing, and asks the system nothing, where its monitoring did not answer when the drills were planned', async () => {
    const silent = new FiredrillError('FD_FOREIGN_MONITORING', { message: 'the monitoring does not answer' })
    const { shown, error } = await run(async () => undefined, { silent })
    expect(shown).toEqual(['inconclusive, written', 'report of 1', 'end'])
    expect(error).toBeUndefined()
  })

  it('ends as aborted when another run has taken its turn', async () => {
    const lost = new AbortController()
    const takeOver = async () => lost.abort(new Error('another one has taken the turn'))
    const { shown, error } = await run(async () => undefined, { before: takeOver, turn: { lost: lost.signal } })
    expect([shown.at(0), error]).toEqual(['aborted, written', undefined])
  })

  it('says whom its turn does not keep out', async () => {
    const { shown } = await run(async () => undefined, { turn: { note: 'others are not kept out' } })
    expect(shown[0]).toBe('others are not kept out')
  })

  it('begins nothing where no journal can be written', async () => {
    const { shown, error } = await run(async () => undefined, { before: blockJournals })
    expect(shown).toEqual([])
    expect(error).toMatchObject({ code: 'EEXIST' })
  })
})
