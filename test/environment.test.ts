import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { SettingsDefinition } from '../src/base/schema/settings.ts'
import { proxySettings } from '../src/proxy/settings.ts'
import { quotesSettings } from '../src/services/quotes/config.ts'
import { storeSettings } from '../src/services/store/config.ts'
import { workerSettings } from '../src/services/worker/config.ts'
import { responderSettings } from '../src/stack/parts/responder-settings.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs', 'environment.md')
const START = '<!-- settings: generated, npm run golden refreshes -->\n'
const END = '<!-- end of settings -->'
const SETTINGS: Record<string, SettingsDefinition> = {
  store: storeSettings,
  quotes: quotesSettings,
  worker: workerSettings,
  responder: responderSettings,
  proxy: proxySettings,
}
/** Set by the system, by npm or by the caller of a process, for every program alike. */
const EVERYBODYS = new Set(['PATH', 'HOME', 'XDG_CACHE_HOME'])
/** How code asks for a variable by its name; `text('SMTP_HOST')` of the stack's settings means FIREDRILL_SMTP_HOST. */
const ASKED = [
  /\benv\??\.([A-Z][A-Z0-9_]+)\b/g,
  /\.env\('([A-Z][A-Z0-9_]+)'\)/g,
  /\b(?:text|url|port|count|durationMs|number)\('([A-Z][A-Z0-9_]+)'/g,
]

function asked(): Set<string> {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', 'src', 'bin'], {
    cwd: root,
    encoding: 'utf8',
  })
  const names = new Set<string>()
  for (const file of files.split('\0')) {
    if (!/\.(ts|js)$/.test(file) || /(\.test|test-[\w-]+)\.ts$/.test(file)) continue
    const text = readFileSync(join(root, file), 'utf8')
    for (const pattern of ASKED) for (const [, name = ''] of text.matchAll(pattern)) names.add(name)
  }
  return names
}

function settingsTable(): string {
  const rows = Object.entries(SETTINGS).flatMap(([service, { all }]) =>
    Object.entries(all).map(([name, { about, fallback }], index) => {
      const first = index === 0 ? `\`${service}\`` : ''
      return `| ${first} | \`${name}\` | ${about} | ${fallback ?? ''} |`
    }),
  )
  return `${START}\n| service | setting | what it is | default |\n|---|---|---|---|\n${rows.join('\n')}\n\n${END}`
}

describe('docs/environment.md', () => {
  it('lists the settings of every service (npm run golden refreshes)', async () => {
    const [before = '', rest = ''] = readFileSync(page, 'utf8').split(START)
    const [, after = ''] = rest.split(END)
    await expect(`${before}${settingsTable()}${after}`).toMatchFileSnapshot('../docs/environment.md')
  })

  it('names every variable that is asked for', () => {
    const named = new Set([...readFileSync(page, 'utf8').matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name))
    const names = asked()
    expect(names.size).toBeGreaterThan(30)
    expect(
      [...names]
        .filter((name) => ![name, `FIREDRILL_${name}`].some((one) => named.has(one) || EVERYBODYS.has(one)))
        .sort(),
    ).toEqual([])
  })
})
