import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext } from 'playwright-core'

/** A page that is not ours, on a port of its own: another origin than the console, under any name that leads to this machine. */
export class ForeignSite {
  /** The cookies that came with each request for the page. */
  readonly cookies: string[] = []
  /** Sent with the page. */
  headers: Record<string, string> = {}
  /** The page itself. */
  body = '<body>'
  readonly #server: Server

  constructor() {
    this.#server = createServer(({ headers: { cookie = '' } }, response) => {
      this.cookies.push(cookie)
      response.writeHead(200, { 'content-type': 'text/html', ...this.headers }).end(this.body)
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  url(host: string): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}/`
  }

  stop(): void {
    this.#server.close().closeAllConnections()
  }
}

/** What a foreign page tried, and what came of it. */
export interface Forged {
  tries: number
  /** Status codes of the answers to all but GET that the browser got, whether the page could read them or not. */
  statuses: number[]
  /** Answers that the page could read. */
  read: string[]
}

/**
 * Opens a page of another origin in a browser and tries everything by which such a page sends requests: fetch with and without
 * asking first, beacons, images and forms.
 */
export async function forgeRequests(
  context: BrowserContext,
  { from, control, paths }: { from: string; control: string; paths: readonly string[] },
): Promise<Forged> {
  const page = await context.newPage()
  await page.goto(from)
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url().startsWith(control) && response.request().method() !== 'GET') statuses.push(response.status())
  })
  const read: string[] = []
  let tries = 0
  for (const path of paths) {
    const [method = '', url = ''] = path.split(' ')
    const tried = await page.evaluate(
      async ({ url, method }) => {
        const json = { 'content-type': 'application/json' }
        const inits: RequestInit[] = [
          { method, credentials: 'include', headers: json, body: '{}' },
          { method, credentials: 'include', headers: { ...json, 'x-firedrill-key': 'k'.repeat(43) }, body: '{}' },
          { method, credentials: 'include' },
          { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' },
          { method: 'POST', mode: 'no-cors', credentials: 'include' },
          {
            method: 'POST',
            mode: 'no-cors',
            credentials: 'include',
            body: new URLSearchParams({ replica: 'worker-1' }),
          },
          { mode: 'no-cors', credentials: 'include' },
        ]
        const read: string[] = []
        for (const init of inits) {
          await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) }).then(
            async (answer) => {
              const text = await answer.text()
              if (answer.type !== 'opaque') read.push(`${init.method} ${url}: ${text}`)
            },
            () => undefined,
          )
        }
        const { navigator } = globalThis as unknown as { navigator: { sendBeacon(url: string, body: string): boolean } }
        navigator.sendBeacon(url, '{}')
        return { tries: inits.length + 1, read }
      },
      { url: control + url, method },
    )
    tries += tried.tries + 1
    read.push(...tried.read)
    await submitForm(context, { from, action: control + url })
  }
  await page.close()
  return { tries, statuses, read }
}

/** A form is no fetch: it leads the whole page there, and needs to ask nobody first. Sent as NAME=VALUE, which can be JSON. */
async function submitForm(context: BrowserContext, { from, action }: { from: string; action: string }): Promise<void> {
  const page = await context.newPage()
  await page.goto(from)
  const arrived = page.waitForURL(action, { timeout: 5_000 })
  await page.setContent(
    `<form method="post" enctype="text/plain" action="${action}"><input name="{&quot;a&quot;:&quot;" value="&quot;}"></form>`,
  )
  await page.locator('form').evaluate((form) => (form as unknown as { submit(): void }).submit())
  // Until the answer is shown: a page that is closed before does not close.
  await arrived
  await page.close()
}
