import { describe, expect, it } from 'vitest'
import type { Context, Part } from './part.ts'
import { preferredContext } from './preferred-context.ts'
import { profiles } from './profile.ts'
import { isSetting, settingProblems } from './setting-problems.ts'
import { describeStack } from './topology.ts'

const topology = describeStack(profiles.lab)
const part = (name: string): Part => {
  const found = topology.parts.find((one) => one.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('the settings of a part', () => {
  it('leave out everything that connects it: no address, no URL, no credential, no path', () => {
    const wired = topology.parts.flatMap((one) => {
      const context: Context = preferredContext(topology, one.name)
      return Object.keys(one.launch(context).env).filter((name) => isSetting(one, name))
    })
    expect(wired).toEqual([])
    const all = topology.parts.flatMap(({ settings }) => Object.keys(settings?.all ?? {}))
    expect(
      all.filter((name) => /TOKEN|PASSWORD|^HOST$|^PORT$|^NODE_|^LD_|^PATH$|^HOME$|_LOG$|POLICY/.test(name)),
    ).toEqual([])
    expect(all).toContain('MAX_REQUESTS')
  })

  it('have defaults that they take themselves', () => {
    for (const one of topology.parts) {
      const defaults = Object.entries(one.settings?.all ?? {}).flatMap(([name, { fallback }]) =>
        fallback === undefined ? [] : [[name, fallback]],
      )
      expect(settingProblems(one, Object.fromEntries(defaults) as Record<string, string>), one.name).toEqual([])
    }
  })

  it('are held against each other, with what was set before', () => {
    const interval = { QUOTES_INTERVAL: '30s' }
    const message = 'QUOTES_STALE_AFTER must be longer than QUOTES_INTERVAL, or every price is stale now and then'
    expect(settingProblems(part('quotes'), interval)).toEqual([{ name: 'QUOTES_STALE_AFTER', message }])
    expect(settingProblems(part('quotes'), interval, { present: { QUOTES_STALE_AFTER: '1m' } })).toEqual([])
    const back = { QUOTES_STALE_AFTER: null }
    const present = { ...interval, QUOTES_STALE_AFTER: '1m' }
    expect(settingProblems(part('quotes'), back, { present })).toEqual([{ name: 'QUOTES_STALE_AFTER', message }])
  })

  it.each(['QUOTES_REPLAY_FILE', 'QUOTES_YAHOO_URL'])('leave %s to the operator', (name) => {
    const changes = { [name]: 'http://127.0.0.1:1/' }
    expect(settingProblems(part('quotes'), changes)).toEqual([])
    expect(settingProblems(part('quotes'), changes, { byResponder: true })).toMatchObject([{ name }])
  })
})
