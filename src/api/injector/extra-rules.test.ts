import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExtraRules } from './extra-rules.ts'

let folder: string
let signals: string[]
let isRunning: boolean
let rules: ExtraRules
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-rules-'))
  await writeFile(join(folder, 'store.json'), '[]')
  signals = []
  isRunning = true
  rules = new ExtraRules(folder, {
    kill: async ({ service }, signal) => {
      if (!isRunning) throw new Error(`${service} is not running`)
      signals.push(`${service} ${signal}`)
    },
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('ExtraRules', () => {
  it('puts rules beside the targets, takes them away, and has them read each time', async () => {
    await rules.load('slow', 'groups: []\n')
    expect(await readFile(join(folder, 'slow.rules.yml'), 'utf8')).toBe('groups: []\n')
    await rules.load('slow', undefined)
    expect(await readdir(folder)).toEqual(['store.json'])
    expect(signals).toEqual(['prometheus SIGHUP', 'prometheus SIGHUP'])
  })

  it('puts nothing where no Prometheus runs, which could not start with it, and takes away all the same', async () => {
    await rules.load('bad', 'groups: {}\n')
    isRunning = false
    await expect(rules.load('other', 'groups: {}\n')).rejects.toThrow('prometheus is not running')
    expect(await readdir(folder)).toEqual(['bad.rules.yml', 'store.json'])
    await rules.load('bad', undefined)
    expect(await readdir(folder)).toEqual(['store.json'])
  })

  it('forgets what a control that was killed has left', async () => {
    await rules.load('bad', 'groups: {}\n')
    expect(await rules.forgetAll()).toBe(true)
    expect(await readdir(folder)).toEqual(['store.json'])
    expect(await rules.forgetAll()).toBe(false)
    await rm(folder, { recursive: true })
    expect(await rules.forgetAll()).toBe(false)
  })

  it('are those of the stack’s own Prometheus', () => {
    expect(rules.part).toBe('prometheus')
  })
})
