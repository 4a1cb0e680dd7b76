import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Gate, openGate } from './page-gate.ts'

/** What has passed. */
interface Seen {
  method: string | undefined
  url: string | undefined
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** What browsers say of where a request is from. */
const from = (site: string, mode: string, dest: string) => ({
  'sec-fetch-site': site,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': dest,
})

describe('a gate', () => {
  const seen: Seen[] = []
  const part = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += String(chunk)
    seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body })
    if (incoming.url === '/half') {
      response.write('half of', () => response.destroy())
      return
    }
    response.setHeader('access-control-allow-origin', '*')
    response.end('the part')
  })
  let gate: Gate
  let own: URL
  let authorization: string

  beforeEach(async () => {
    seen.length = 0
    await new Promise<void>((resolve) => part.listen(0, '127.0.0.1', resolve))
    const { port } = part.address() as AddressInfo
    gate = await openGate({ page: `http://127.0.0.1:${port}/start`, authorization: 'Basic of-the-part' })
    own = new URL(gate.url)
    authorization = `Basic ${Buffer.from(`${own.username}:${own.password}`).toString('base64')}`
  })
  afterEach(async () => {
    await gate.close()
    part.close().closeAllConnections()
  })

  function send(
    headers: Record<string, string>,
    { method = 'GET', path = '/', body = '' } = {},
  ): Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: own.hostname, port: own.port, method, path, headers }, (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        response.on('error', reject)
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }))
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  it('lets the browser in that it was opened for, and adds the password of the part', async () => {
    const answer = await send({ authorization }, { path: '/graph?a=1' })
    expect(answer).toMatchObject({ status: 200, text: 'the part' })
    expect(answer.headers).toMatchObject({ 'x-frame-options': 'DENY' })
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    expect(seen).toMatchObject([{ method: 'GET', url: '/graph?a=1', headers: { authorization: 'Basic of-the-part' } }])
  })

  it('leads from the link to the page, whose address holds no password', async () => {
    const answer = await send({ authorization }, { path: own.pathname })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(`content="0;url=${own.origin}/start"`)
    expect(seen).toEqual([])
  })

  it.each(['cross-site', 'same-site', 'none'])('can be entered by its link from %s', async (site) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await send({ authorization, ...headers }, { path: own.pathname })).status).toBe(200)
  })

  it('answers what its own pages read', async () => {
    expect((await send({ authorization, 'sec-fetch-site': 'same-origin' }, { path: '/api' })).status).toBe(200)
  })

  it('takes what its own pages send', async () => {
    const answer = await send({ authorization, origin: own.origin }, { method: 'POST', path: '/api', body: 'query=up' })
    expect(answer.status).toBe(200)
    expect(seen).toMatchObject([{ method: 'POST', body: 'query=up' }])
  })

  it.each([
    ['no request passes without its password', { authorization: '' }, {}, 401],
    ['the password of the part does not fit', { authorization: 'Basic of-the-part' }, {}, 401],
    ['another name for this machine is refused', { host: 'evil.test' }, {}, 421],
    ['a form of another page is refused', { origin: 'http://evil.test' }, { method: 'POST' }, 403],
    ['a form of a page without an origin is refused', { origin: 'null' }, { method: 'POST' }, 403],
    ['what does not say where it is from changes nothing', {}, { method: 'DELETE' }, 403],
    [
      'an image of another page is not fetched',
      from('cross-site', 'no-cors', 'image'),
      { path: '/probe?target=x' },
      403,
    ],
    ['nor one of another port', from('same-site', 'no-cors', 'image'), { path: '/probe?target=x' }, 403],
    ['nor is only asked for', from('cross-site', 'no-cors', 'empty'), { method: 'HEAD', path: '/probe?target=x' }, 403],
    ['no other page leads elsewhere', from('cross-site', 'navigate', 'document'), { path: '/probe?target=x' }, 403],
    ['another server is not asked in its name', {}, { path: 'http://127.0.0.1:1/' }, 400],
  ])('%s', async (_, headers, how, status) => {
    expect((await send({ authorization, ...headers }, how)).status).toBe(status)
    expect(seen).toEqual([])
  })

  it('ends in the middle of an answer when the part does', async () => {
    const answer = await send({ authorization }, { path: '/half' }).catch((error: NodeJS.ErrnoException) => error)
    expect(answer).toMatchObject({ code: 'ECONNRESET' })
  })

  it('says so when the part does not answer', async () => {
    part.close().closeAllConnections()
    expect((await send({ authorization })).status).toBe(502)
  })
})
