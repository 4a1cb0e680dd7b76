import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { troubleKinds } from '../src/base/system/troubles.ts'
import { faults } from '../src/faults/faults.ts'
import { shippedKnowledge } from '../src/lint/knowledge/shipped-knowledge.ts'
import { startReceiver } from '../src/receiver/receiver.ts'
import { profiles } from '../src/stack/profile.ts'
import { describeStack } from '../src/stack/topology.ts'
import { type Route, readRoutes, registered } from './hostile/routes-of.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)))
  .sort()

interface Page {
  file: string
  text: string
}

/** What is written for readers. Decisions and the changelog describe a moment: of them only the links are checked. */
const written = tracked.filter((file) => file.endsWith('.md') && !file.startsWith('test/')).map(read)
const pagesOfNow = written.filter(({ file }) => !/^docs\/decisions\/|^docs\/reference\/|^CHANGELOG/.test(file))
const runbooks = pagesOfNow.filter(({ file }) => file.startsWith('docs/runbooks/'))

const START = '<!-- decisions: generated, npm run golden refreshes -->\n'
const END = '<!-- end of decisions -->'

/** Paths that are served by others: Prometheus, Alertmanager, the reader's own service. */
const OTHERS_ROUTES = [
  '/targets',
  '/classic/alerts',
  '/api/v2/alerts',
  '/-/reload',
  '/probe',
  '/scrape',
  '/login',
  '/orders',
  '/checkout',
  // The Docker engine's proxy (src/runtimes/compose/engine), whose routes are forms.
  '/copy/{id}',
  '/replace/{id}',
]
/** Names that are not ours, and that no file of the repository but the page itself has. */
const OTHERS_NAMES = ['old_name', 'new_name', 'GITHUB_PATH']
/** Files that a reader makes, following the page. */
const READERS_FILES = ['src/faults/inside/every-nth.ts', 'src/faults/inside/every-nth.test.ts']

/** Every name in the code and in the files that ship, so that a page can be held against it. */
const names = new Set(
  tracked
    .filter((file) =>
      /^(?:src|console|scripts|bin|bench|deploy|drills|journeys|slos|examples|test)\/|^[\w.-]+\.(?:json|ya?ml)$/.test(
        file,
      ),
    )
    .filter(
      (file) => /\.(?:tsx?|js|json|ya?ml)$|Dockerfile|\/firedrill$/.test(file) && !/docs-truth|words\.test/.test(file),
    )
    .flatMap((file) => read(file).text.match(/[A-Za-z][\w-]*\w/g) ?? []),
)
const files = new Set(tracked)
const folders = new Set(tracked.flatMap((file) => foldersOf(file)))

let routes: Route[]
beforeAll(async () => {
  // It runs beside no stack, and so is not attacked as the others are.
  const receiver = await registered(() => startReceiver({ listen: { host: '127.0.0.1', port: 0 }, token: 't' }))
  routes = [...Object.values(await readRoutes()).flat(), ...receiver]
})

describe('the documentation', () => {
  it('links to pages and headings that exist', () => {
    expect(written.length).toBeGreaterThan(90)
    expect(written.flatMap(brokenLinks)).toEqual([])
  })

  it('names files and folders that exist', () => {
    expect(pagesOfNow.flatMap(missingPaths)).toEqual([])
  })

  it('names routes that a server has', () => {
    expect(routes.length).toBeGreaterThan(50)
    expect(pagesOfNow.flatMap((page) => missingRoutes(page, routes))).toEqual([])
  })

  it('names metrics, alerts, settings and codes that exist', () => {
    expect(pagesOfNow.flatMap(missingNames)).toEqual([])
  })

  it('names pages of the console that exist', () => {
    expect(pagesOfNow.flatMap(missingConsolePages)).toEqual([])
  })

  it('names states and parts that `firedrill status` can show', () => {
    expect(runbooks.length).toBeGreaterThan(30)
    expect(runbooks.flatMap(missingStates)).toEqual([])
  })

  it('fits on a screen or two where it is the first page, and sorts changes by kind', () => {
    expect(read('README.md').text.trimEnd().split('\n').length).toBeLessThanOrEqual(120)
    const sections = [...read('CHANGELOG.md').text.matchAll(/^### (.+)$/gm)].map(([, title]) => title ?? '')
    expect(sections.filter((title) => !['Added', 'Changed', 'Fixed', 'Removed'].includes(title))).toEqual([])
    expect(sections.length).toBeGreaterThan(2)
  })

  it('counts the faults and drills that ship', () => {
    const text = `${read('README.md').text}\n${read('CHANGELOG.md').text}`
    const shipped = tracked.filter((file) => /^drills\/[^/]+\.yaml$/.test(file)).length
    const inWords: Record<number, string> = {
      31: 'Thirty-one',
      32: 'Thirty-two',
      33: 'Thirty-three',
      34: 'Thirty-four',
    }
    expect([...text.matchAll(/([A-Z][\w-]+) drills ship/g)].map(([, count]) => count)).toEqual([
      inWords[shipped],
      inWords[shipped],
    ])
    expect([...text.matchAll(/(\d+) faults of/g)].map(([, count]) => Number(count))).toEqual([
      Object.keys(faults).length,
    ])
  })

  it('shows every room of src/ in the tree of the architecture', () => {
    const tree = /```\n(src\/[\s\S]*?)```/.exec(read('docs/architecture.md').text)?.[1] ?? ''
    const inTree = [...tree.matchAll(/^ {2}([\w-]+)\/ /gm)].map(([, name = '']) => name)
    const rooms = [...folders].filter((folder) => /^src\/[^/]+$/.test(folder)).map((folder) => folder.slice(4))
    expect(inTree.sort()).toEqual(rooms.sort())
  })
})

describe('docs/decisions/README.md', () => {
  const decisions = written.filter(({ file }) => /^docs\/decisions\/\d{4}-/.test(file))

  it('can index each decision: its title begins with the number of its file', () => {
    const wrong = decisions.filter(({ file, text }) => !text.startsWith(`# ${basename(file).slice(0, 4)}: `))
    expect(decisions.length).toBeGreaterThan(50)
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  it('lists all decisions and says which were replaced (npm run golden refreshes)', async () => {
    const rows = decisions.map(({ file, text }) => {
      const title = /^# \d{4}: (.+)/.exec(text)?.[1]
      const [, inPart, by] = /^\*\*Replaced( in part)?\*\* by \[(\d{4})\]/m.exec(text) ?? []
      const status = by === undefined ? 'holds' : `replaced${inPart ?? ''} by ${by}`
      return `| [${basename(file).slice(0, 4)}](${basename(file)}) | ${title} | ${status} |`
    })
    const table = `${START}\n| | decision | status |\n|---|---|---|\n${rows.join('\n')}\n\n${END}`
    const [before = '', rest = ''] = read('docs/decisions/README.md').text.split(START)
    const [, after = ''] = rest.split(END)
    await expect(`${before}${table}${after}`).toMatchFileSnapshot('../docs/decisions/README.md')
  })
})

describe('these checks', () => {
  const page = (text: string): Page => ({ file: 'docs/runbooks/X.md', text })

  it.each([
    ['a page that is not there', brokenLinks, 'See [x](nowhere.md).', 'nowhere.md'],
    ['a heading that is not there', brokenLinks, '# A\nSee [x](#b).', '#b'],
    ['a file that is not there', missingPaths, 'See `src/base/nowhere.ts`.', 'src/base/nowhere.ts'],
    ['a metric that nobody has', missingNames, 'Look at `store_nonsense_total`.', 'store_nonsense_total'],
    ['an alert that is not there', missingNames, 'See `ServiceWobbles`.', 'ServiceWobbles'],
    ['a page of the console that is not there', missingConsolePages, 'the Events page of the console', 'Events'],
    ['what the console does not have', missingConsolePages, "the console's forms", 'forms'],
    ['a state that no replica has', missingStates, '- `firedrill status`: is it `failed`?', 'failed'],
  ] as const)('find %s', (_, check, text, wrong) => {
    expect(check(page(text))).toEqual([`docs/runbooks/X.md: ${wrong}`])
  })

  it('find a route that no server has, by path and by method', () => {
    const known = [{ method: 'GET', url: '/v1/services/:service' }]
    const check = (text: string) => missingRoutes(page(text), known)
    expect(check('`GET /v1/services/NAME` or `/v1/services/store`')).toEqual([])
    expect(check('`POST /v1/services/NAME`')).toEqual(['docs/runbooks/X.md: POST /v1/services/NAME'])
    expect(check('`/api/services`')).toEqual(['docs/runbooks/X.md: /api/services'])
  })
})

function read(file: string): Page {
  return { file, text: readFileSync(join(root, file), 'utf8') }
}

function foldersOf(file: string): string[] {
  const parts = file.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** What stands between backticks in a sentence; blocks are examples, which test/examples checks. */
function codeIn({ text }: Page): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '')
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

function wrongIn(page: Page, wrong: readonly string[]): string[] {
  return [...new Set(wrong)].map((what) => `${page.file}: ${what}`)
}

function brokenLinks(page: Page): string[] {
  const prose = page.text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]+`/g, '')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', heading] = link.split('#')
      const target = path === '' ? page.file : normalize(join(dirname(page.file), path)).replace(/\/$/, '')
      if (!files.has(target) && !folders.has(target) && target !== page.file) return true
      if (heading === undefined) return false
      const text = target === page.file ? page.text : read(target).text
      return !headingsOf(text).includes(heading)
    })
  return wrongIn(page, broken)
}

/** As GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** Paths from the root of the repository, or from src/, as the architecture writes them. */
function missingPaths(page: Page): string[] {
  const missing = codeIn(page)
    .filter((code) => /^[a-z][\w-]*\/[\w./-]*$/.test(code))
    .map((code) => code.replace(/\/$/, ''))
    .filter((path) => folders.has(path.split('/')[0] ?? '') || folders.has(`src/${path.split('/')[0]}`))
    .filter((path) => !READERS_FILES.includes(path))
    .filter((path) => ![path, `src/${path}`].some((one) => files.has(one) || folders.has(one)))
  return wrongIn(page, missing)
}

function missingRoutes(page: Page, known: readonly Route[]): string[] {
  const missing = codeIn(page)
    .flatMap((code) => {
      const found = /^(?:(GET|HEAD|POST|PUT|PATCH|DELETE) )?(\/[\w./:{}-]*)/.exec(code)
      return found === null ? [] : [{ code: found[0], method: found[1], path: found[2] ?? '' }]
    })
    .filter(({ path }) => !/^\/(?:proc|etc|var|dev|tmp|usr)\b|^\/$/.test(path) && !OTHERS_ROUTES.includes(path))
    .filter(({ method, path }) => {
      const wanted = method === 'HEAD' ? 'GET' : method
      return !known.some((route) => (wanted === undefined || route.method === wanted) && fits(path, route.url))
    })
  return wrongIn(
    page,
    missing.map(({ code }) => code),
  )
}

/** `/v1/services/NAME/start`, `…/:name/start` and `…/{name}/start` are all `/v1/services/:service/start`. */
function fits(path: string, url: string): boolean {
  const [given, registered] = [path, url].map((one) => one.replace(/\/$/, '').split('/'))
  if (given?.length !== registered?.length) return false
  return registered?.every((part, index) => part.startsWith(':') || part === '*' || part === given?.[index]) ?? false
}

function missingNames(page: Page): string[] {
  const series = shippedKnowledge(profiles.lab).series
  const isName = /^(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:[A-Z][a-z]+){2,})$/
  const missing = codeIn(page)
    .flatMap((code) => code.match(/[A-Za-z][\w:]*/g) ?? [])
    .filter((name) => isName.test(name))
    .filter((name) => !series.has(name) && !names.has(name) && !OTHERS_NAMES.includes(name))
  return wrongIn(page, missing)
}

function missingConsolePages(page: Page): string[] {
  const titles = [...read('console/src/page-names.ts').text.matchAll(/: '(\w+)',/g)].map(([, title = '']) => title)
  const known = ['page', 'pages', 'address', 'port', ...titles.map((title) => title.toLowerCase())]
  const named = [...page.text.matchAll(/\b([A-Z]?[a-z]+) page of the console\b|\bconsole's (\w+)/g)]
  const missing = named
    .map(([, one, other]) => one ?? other ?? '')
    .filter((name) => !/^(?:a|the|this|any|every|each)$/.test(name) && !known.includes(name.toLowerCase()))
  return wrongIn(page, missing)
}

/** Of a line of a runbook that begins with `firedrill status`: what it may show there. */
function missingStates(page: Page): string[] {
  const states = [
    ...(/type ReplicaState =([\s\S]*?)\n\n/.exec(read('src/runtimes/runtime.ts').text)?.[1]?.matchAll(/'([\w-]+)'/g) ??
      []),
  ]
  const { parts } = describeStack(profiles.lab)
  const known = [...states.map(([, state]) => state), ...parts.map(({ name }) => name), ...troubleKinds]
  const missing = page.text
    .split('\n')
    .filter((line) => line.startsWith('- `firedrill status'))
    .flatMap((line) => [...line.matchAll(/`([a-z][\w-]*)`/g)].map(([, word = '']) => word))
    .filter((word) => !known.includes(word.replace(/-\d+$/, '')))
  return states.length > 3 ? wrongIn(page, missing) : ['the states of a replica are not found']
}
