import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PortLedger } from '../runtimes/native/process/ports.ts'
import { startProxyServer } from './start.ts'

interface Exchange {
  ask: string
  answer: string
}

const conversations = (await readFile(new URL('toxiproxy-answers.txt', import.meta.url), 'utf8'))
  .split('\n## ')
  .slice(1)
  .map((text) => {
    const [what = '', ...lines] = text.split('\n').filter((line) => line !== '')
    const exchanges = lines.flatMap((line, index): Exchange[] =>
      line.startsWith('> ') ? [{ ask: line.slice(2), answer: lines[index + 1] ?? '' }] : [],
    )
    return [what, exchanges] as const
  })

let server: Awaited<ReturnType<typeof startProxyServer>>
beforeAll(async () => {
  server = await startProxyServer(
    { host: '127.0.0.1', port: 0, token: undefined, file: undefined, seed: 1 },
    pino({ level: 'silent' }),
  )
})
const ledger = new PortLedger('127.0.0.1')
afterAll(async () => {
  await server.close()
  await ledger.close()
})

interface Answer {
  status: number
  type: string | undefined
  location: string | undefined
  body: string
}

/** With `node:http`, which sends a path and a method as they are. */
function send(method: string, path: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request(server.address, { method, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (more: string) => {
        text += more
      })
      answer.on('end', () => {
        const { statusCode: status = 0, headers } = answer
        resolve({ status, type: headers['content-type'], location: headers.location, body: text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Of five digits, below the ephemeral ports of the system, and claimed, so that no other test takes them. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await ledger.reserve(11_000))
  for (const port of ports) await ledger.release(port)
  return ports
}

/** As the recording has it: ports by name, without the code that is ours. */
function shown({ status, type, location, body }: Answer, ports: readonly number[]): string {
  let text = body.replace(/,"code":"FD_\w+"/, '').replaceAll('\n', '\\n')
  for (const [index, port] of ports.entries()) text = text.replaceAll(`:${port}`, `:$${'ABCD'[index]}`)
  text = text.replaceAll(/127\.0\.0\.1:\d{5}\b/g, (address) =>
    address.endsWith(':99999') ? address : '127.0.0.1:PORT',
  )
  return [status, type, location, text].filter(Boolean).join(' | ')
}

describe('what Toxiproxy was asked, and answered,', () => {
  it.each(conversations)('is answered to the byte: %s', async (_what, exchanges) => {
    for (const name of Object.keys(JSON.parse((await send('GET', '/proxies')).body)))
      await send('DELETE', `/proxies/${encodeURIComponent(name)}`)
    const ports = await freePorts(4)
    expect(exchanges.length).toBeGreaterThan(5)
    for (const { ask, answer } of exchanges) {
      const real = ask.replaceAll(/\$([ABCD])/g, (_, letter: string) => String(ports['ABCD'.indexOf(letter)]))
      const [, method = '', path = '', body] = /^(\S+) (\S+) ?(.*)$/.exec(real) ?? []
      const given = shown(await send(method, path, body), ports)
      const isLoose = answer.includes('…')
      expect(isLoose ? given.replace(/(bad request body: )(?:[^"\\]|\\.)*/, '$1…') : given, ask).toBe(answer)
    }
  })
})
