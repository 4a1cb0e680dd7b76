import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageFolder } from '../../base/files/package-folder.ts'
import { locateDrills } from '../../drills/file/locate-drills.ts'
import { lists } from './lists.ts'

describe('firedrill ls', () => {
  it.each(Object.entries(lists))('lists %s, each with a line of its own', async (_, { find }) => {
    const found = await find()
    expect(found.length).toBeGreaterThan(4)
    for (const { name, about } of found) {
      expect(name).toMatch(/^[\w-]+$/)
      expect(about).toMatch(/^\S.*\S$/)
    }
    expect(new Set(found.map(({ name }) => name)).size).toBe(found.length)
  })

  it('lists every alert that has a runbook of its own name', async () => {
    const names = (await lists.alerts.find()).map(({ name }) => name)
    const runbooks = readdirSync(join(packageFolder(), 'docs/runbooks')).map((file) => file.replace(/\.md$/, ''))
    expect(names).toEqual(expect.arrayContaining(runbooks.filter((name) => name !== 'ErrorBudgetBurn')))
  })
})

describe('a drill that is named', () => {
  const why = (name: string) => {
    try {
      return locateDrills([name]).join()
    } catch (error) {
      return JSON.stringify(error)
    }
  }

  it('is one that ships, a file, or all that ship', () => {
    expect(locateDrills(['store-crash'])).toEqual([join(packageFolder(), 'drills/store-crash.yaml')])
    expect(locateDrills(['README.md'])).toEqual(['README.md'])
    const shipped = readdirSync(join(packageFolder(), 'drills')).filter((name) => name.endsWith('.yaml'))
    expect(locateDrills(['all']).length).toBe(shipped.length)
  })

  it.each([
    ['a slip in a name', 'stroe-crash', 'did you mean store-crash?'],
    ['a slip in a path', 'drills/stor-crash.yaml', 'did you mean store-crash?'],
    ['the path of one that ships elsewhere', 'elsewhere/quiet.yaml', 'firedrill run quiet runs the one that ships'],
    ['a pattern that no shell has filled in', 'nowhere/*.yaml', 'firedrill run all'],
    ['nothing like it', 'xyzzy', 'firedrill ls drills'],
    ['an empty name', '', JSON.stringify({ where: '""' }).slice(1, -1)],
  ])('is refused with what helps: %s', (_, name, next) => {
    expect(why(name)).toContain('FD_DRILL_NOT_FOUND')
    expect(why(name)).toContain(next)
  })
})
