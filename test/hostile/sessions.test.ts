import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../bench/measuring/browser.ts'
import { type Endpoint, endpoints } from '../../src/api/contract/endpoints.ts'
import type { FaultsView, FaultView, StackView } from '../../src/api/contract.ts'
import { replicaOf } from '../e2e/firedrill.ts'
import { ForeignSite, forgeRequests } from '../e2e/foreign-site.ts'
import { type Answer, type Attacked, ask, counted, readAttacked } from './attacked.ts'

/** Names under which the browser finds a foreign page: the console's own name on another port, another name of this machine, another site. */
const HOSTS = ['127.0.0.1', 'localhost', 'evil.test']
const JSON_TYPE = { 'content-type': 'application/json' }
/** What would be seen at once, were it done. */
const PATHS = [
  'POST /v1/services/worker/restart',
  'DELETE /v1/faults',
  'PUT /v1/halt',
  'PUT /v1/session',
  'POST /v1/down',
]

let attacked: Attacked
let browser: Browser
let foreign: ForeignSite

beforeAll(async () => {
  attacked = await readAttacked()
  foreign = new ForeignSite()
  await foreign.start()
  browser = await launchBrowser(['--host-resolver-rules=MAP evil.test 127.0.0.1'])
})
afterAll(async () => {
  await browser?.close()
  foreign?.stop()
})

const control = () => attacked.urls.control
const asOperator = () => ({ ...JSON_TYPE, authorization: `Bearer ${attacked.secrets.control}` })
const codeIn = (link: string) => link.split('/').at(-1) ?? ''

async function createLink(readOnly = false): Promise<string> {
  const { status, body } = await ask(control(), '/v1/session/links', {
    method: 'POST',
    headers: asOperator(),
    body: JSON.stringify({ readOnly }),
  })
  expect(status, body).toBe(201)
  return (JSON.parse(body) as { url: string }).url
}

/** A person who has logged in: the browser holds the cookie, the page the key. */
async function logIn(readOnly = false): Promise<Victim> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(await createLink(readOnly))
  await page.locator(`.session-button[data-access=${readOnly ? 'read' : 'operate'}]`).waitFor()
  const [cookie] = await sessionCookies(context)
  if (cookie === undefined) throw new Error('the browser has no cookie of the session')
  const key = await page.evaluate<string>(`localStorage.getItem('firedrill-key')`)
  return { context, page, cookie: `${cookie.name}=${cookie.value}`, key }
}

interface Victim {
  context: BrowserContext
  page: Page
  cookie: string
  key: string
}

async function sessionCookies(context: BrowserContext) {
  const cookies = await context.cookies(control())
  return cookies.filter(({ name }) => name.startsWith('firedrill-'))
}

/** As the console's own page sends it. */
const withSession = ({ cookie, key }: { cookie: string; key: string }) => ({
  ...JSON_TYPE,
  cookie,
  'x-firedrill-key': key,
  origin: control(),
})

const setReadOnly = (headers: Record<string, string>): Promise<Answer> =>
  ask(control(), '/v1/session', { method: 'PUT', headers, body: '{"readOnly":false}' })

async function whatIsThere(): Promise<{
  pid: number | undefined
  restarts: number
  halted: boolean
  faults: string[]
}> {
  const view = JSON.parse((await ask(control(), '/v1/stack')).body) as StackView
  const { faults } = JSON.parse((await ask(control(), '/v1/faults')).body) as FaultsView
  const { pid, restarts } = replicaOf(view, 'worker-1')
  return { pid, restarts, halted: view.halted !== null, faults: faults.map(({ id }) => id) }
}

describe('a page of another origin, in a browser that is logged in', () => {
  it('changes nothing and reads nothing, from another port, another name and another site', async () => {
    const victim = await logIn()
    const injected = await ask(control(), '/v1/faults', {
      method: 'POST',
      headers: asOperator(),
      body: JSON.stringify({ fault: 'no-op', service: 'worker', params: {}, forMs: 600_000 }),
    })
    const fault = JSON.parse(injected.body) as FaultView
    const before = await whatIsThere()
    expect(before.faults).toContain(fault.id)
    let tries = 0
    for (const host of HOSTS) {
      const forged = await forgeRequests(victim.context, { from: foreign.url(host), control: control(), paths: PATHS })
      tries += forged.tries
      expect(forged.read, host).toEqual([])
      // They came to control, and control refused them: it is not the attack that failed.
      expect(forged.statuses.length, host).toBeGreaterThan(PATHS.length)
      expect(
        forged.statuses.filter((status) => status < 400),
        `${host}: ${forged.statuses}`,
      ).toEqual([])
    }
    expect(await whatIsThere()).toEqual(before)
    // The same browser, from the console's own page.
    const status = await victim.page.evaluate<number>(`fetch('/v1/faults/${fault.id}', { method: 'DELETE',
      headers: { 'x-firedrill-key': localStorage.getItem('firedrill-key') } }).then(({ status }) => status)`)
    expect(status).toBe(200)
    await victim.context.close()
    counted('forged requests of foreign pages in a browser with a session', tries, 'refused, nothing read')
  })

  it('gains nothing from the cookie, which every port of this machine is sent', async () => {
    const victim = await logIn()
    const page = await victim.context.newPage()
    foreign.cookies.length = 0
    await page.goto(foreign.url(new URL(control()).hostname))
    const stolen = foreign.cookies.find((cookie) => cookie.includes(victim.cookie)) ?? ''
    expect(stolen).not.toBe('')
    expect(await page.evaluate<string | null>(`localStorage.getItem('firedrill-key')`)).toBeNull()
    const tries: Record<string, string>[] = [
      { cookie: stolen },
      { cookie: stolen, origin: control() },
      { cookie: stolen, origin: control(), 'x-firedrill-key': '' },
      { cookie: stolen, origin: control(), 'x-firedrill-key': 'k'.repeat(43) },
      { cookie: stolen, origin: control(), 'x-firedrill-key': `${victim.key.slice(0, -1)}` },
      { cookie: stolen, origin: control(), 'x-firedrill-key': stolen.split('=')[1] ?? '' },
    ]
    for (const headers of tries) expect((await setReadOnly({ ...JSON_TYPE, ...headers })).status).toBe(401)
    expect((await setReadOnly(withSession(victim))).status).toBe(200)
    await victim.context.close()
    counted('the cookie of a session, as another port is sent it', tries.length, '401: it takes the key too')
  })

  it('cannot log the browser in, nor use up a link', async () => {
    const context = await browser.newContext()
    const code = codeIn(await createLink())
    const page = await context.newPage()
    let tries = 0
    for (const host of HOSTS) {
      await page.goto(foreign.url(host))
      tries += await page.evaluate(
        async ({ url, body }) => {
          const inits: RequestInit[] = [
            { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body },
            { method: 'POST', credentials: 'include', mode: 'no-cors', body },
            { method: 'POST', credentials: 'include', mode: 'no-cors', body: new URLSearchParams(JSON.parse(body)) },
          ]
          for (const init of inits) await fetch(url, init).catch(() => undefined)
          return inits.length
        },
        { url: `${control()}/v1/session`, body: JSON.stringify({ code }) },
      )
    }
    expect(await sessionCookies(context)).toEqual([])
    const used = await ask(control(), '/v1/session', {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ code }),
    })
    expect(used.status).toBe(200)
    await context.close()
    counted('logins that foreign pages send', tries, 'no session, and the link is still good')
  })

  it('shows no frame of the console', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    foreign.body = `<iframe src="${control()}/"></iframe>`
    for (const host of HOSTS) {
      await page.goto(foreign.url(host), { waitUntil: 'load' })
      const frames = page.frames().filter((frame) => frame !== page.mainFrame())
      expect(frames.length, host).toBeGreaterThan(0)
      for (const frame of frames) expect(await frame.locator('#root').count(), host).toBe(0)
    }
    foreign.body = '<body>'
    await context.close()
    counted('frames of the console in foreign pages', HOSTS.length, 'empty')
  })
})

describe('a session', () => {
  it('begins once with a link, however many ask at the same time', async () => {
    const body = JSON.stringify({ code: codeIn(await createLink()) })
    const asked = Array.from({ length: 50 }, () =>
      ask(control(), '/v1/session', { method: 'POST', headers: JSON_TYPE, body }),
    )
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 401)).toHaveLength(49)
    counted('one link, used fifty times at once', statuses.length, 'one session')
  })

  it('is a new one after a login, also where somebody set the cookie before', async () => {
    const { name } = (await sessionCookies((await logIn()).context))[0] ?? { name: '' }
    const planted = 'p'.repeat(43)
    const context = await browser.newContext()
    const page = await context.newPage()
    foreign.headers = { 'set-cookie': `${name}=${planted}; Path=/` }
    await page.goto(foreign.url(new URL(control()).hostname))
    foreign.headers = {}
    expect((await sessionCookies(context)).map(({ value }) => value)).toEqual([planted])
    await page.goto(await createLink())
    await page.locator('.session-button[data-access=operate]').waitFor()
    expect((await sessionCookies(context)).map(({ value }) => value)).not.toContain(planted)
    const key = await page.evaluate<string>(`localStorage.getItem('firedrill-key')`)
    expect((await setReadOnly(withSession({ cookie: `${name}=${planted}`, key }))).status).toBe(401)
    await context.close()
    counted('a cookie that was planted before the login', 1, 'opens nothing')
  })

  it('that is read-only sees everything and changes nothing, and cannot change that', async () => {
    const victim = await logIn(true)
    const headers = withSession(victim)
    const changing = Object.entries<Endpoint>(endpoints).filter(
      ([, { method, access }]) => method !== 'GET' && (access === 'operator' || access === 'repair'),
    )
    const wrong: string[] = []
    for (const [name, { method, path }] of changing) {
      const { status, body } = await ask(control(), path.replaceAll(/:\w+/g, 'nobody'), { method, headers, body: '{}' })
      if (status !== 403 || !body.includes('FD_SESSION_READ_ONLY')) wrong.push(`${name}: ${status} ${body}`)
    }
    expect(changing.length).toBeGreaterThan(10)
    expect(wrong).toEqual([])
    expect((await ask(control(), '/v1/services/worker/logs', { headers })).status).toBe(200)
    expect(JSON.parse((await setReadOnly(headers)).body)).toEqual({ access: 'read', mayOperate: false })
    await victim.context.close()
    counted('changes with a read-only session', changing.length, '403')
  })

  it('makes no links and reaches nothing that only a token opens', async () => {
    const victim = await logIn()
    const headers = withSession(victim)
    const only = Object.entries<Endpoint>(endpoints).filter(([, { access }]) => access === 'token')
    for (const [name, { method, path }] of only) {
      const asked = await ask(control(), path.replaceAll(/:\w+/g, 'nobody'), { method, headers, body: '{}' })
      expect(asked.status, name).toBe(401)
    }
    expect(only.length).toBeGreaterThan(0)
    await victim.context.close()
    counted('routes that only a token opens, with a session', only.length, '401')
  })

  it('leaves no trace of its link in the address, the history or the referrer', async () => {
    const victim = await logIn()
    expect(victim.page.url()).toBe(`${control()}/#/overview`)
    const asked: string[] = []
    victim.page.on('request', (request) => asked.push(request.url(), JSON.stringify(request.headers())))
    await victim.page.reload()
    await victim.page.locator('.session-button[data-access=operate]').waitFor()
    expect(asked.filter((text) => text.includes('login/'))).toEqual([])
    await victim.context.close()
  })
})
