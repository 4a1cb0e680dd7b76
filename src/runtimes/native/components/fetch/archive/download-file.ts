import { open, rm, stat } from 'node:fs/promises'
import { type Dispatcher, EnvHttpProxyAgent, interceptors, request } from 'undici'
import { defined } from '../../../../../base/defined.ts'
import { FiredrillError, messageOf } from '../../../../../base/errors.ts'
import { backoffMs, sleep } from '../../../../../base/wait.ts'
import { componentErrors } from '../../errors.ts'

/**
 * Downloads a file whose size is known, and continues what an earlier download left at `path`: what has arrived stays there when this
 * one fails or is aborted. Whether the bytes are the right ones is for the caller to check.
 * @throws FD_COMPONENT_FETCH when the server has no such file, or nothing more arrives
 */
export async function downloadFile(file: RemoteFile, options: DownloadOptions): Promise<void> {
  const { signal } = options
  const agent = agentFor(options.env)
  let failures = 0
  try {
    while ((await sizeOf(file.path)) !== file.bytes) {
      const before = await sizeOf(file.path)
      try {
        await receive(file, before, { ...options, agent })
      } catch (error) {
        signal?.throwIfAborted()
        // As long as something arrives, a poor connection is no reason to give up.
        failures = (await sizeOf(file.path)) > before ? 1 : failures + 1
        if (error instanceof FiredrillError || failures >= TRIES) throw failed(file.url, error)
        await sleep(backoffMs(failures, { firstMs: 500, maxMs: 5_000 }, Math.random), signal)
      }
    }
  } finally {
    await agent.destroy()
  }
}

export interface RemoteFile {
  url: string
  /** Where it is put. */
  path: string
  bytes: number
}

export interface DownloadOptions {
  /** Where http_proxy, https_proxy and no_proxy are read. */
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  /** Called with what has arrived, in bytes, with each piece. */
  onBytes?: (arrived: number) => void
  /** Until an answer begins, or the next bytes of it arrive, in milliseconds. Default 20 s. */
  patienceMs?: number
}

/** Attempts in a row that bring nothing. */
const TRIES = 3

function agentFor({ http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY }: NodeJS.ProcessEnv) {
  return new EnvHttpProxyAgent({
    httpProxy: http_proxy ?? HTTP_PROXY ?? '',
    httpsProxy: https_proxy ?? HTTPS_PROXY ?? '',
    noProxy: no_proxy ?? NO_PROXY ?? '',
  })
}

/** Asks for what is missing behind `from` and appends it. */
async function receive(
  { url, path, bytes }: RemoteFile,
  from: number,
  { signal, onBytes, patienceMs = 20_000, agent }: DownloadOptions & { agent: Dispatcher },
): Promise<void> {
  if (from > bytes) return rm(path, { force: true })
  const answer = await request(url, {
    dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 3 })),
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
    headers: from === 0 ? {} : { range: `bytes=${from}-` },
    ...defined({ signal }),
  })
  const start = startOf(answer, from)
  if (start === undefined) {
    await answer.body.dump({ limit: 65_536 })
    // What is there is not the begin of that file.
    if (from > 0 && (answer.statusCode === 206 || answer.statusCode === 416)) return rm(path, { force: true })
    throw refusal(answer.statusCode)
  }
  const length = Number(answer.headers['content-length'] ?? Number.NaN)
  if (length > bytes - start || (start === 0 && length < bytes)) {
    await answer.body.dump({ limit: 65_536 })
    throw componentErrors.error('FD_COMPONENT_FETCH', {
      message: `the file there has ${start + length} bytes and not the ${bytes} of the one that is known`,
    })
  }
  const out = await open(path, start === 0 ? 'w' : 'a', 0o600)
  let arrived = start
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      const piece = chunk.subarray(0, bytes - arrived)
      await out.appendFile(piece)
      arrived += piece.length
      onBytes?.(arrived)
      // What a server sends behind it does not count; the checksum decides.
      if (arrived === bytes) break
    }
  } finally {
    await out.close()
  }
  if (arrived < bytes) throw new Error(`the answer ended after ${arrived} of ${bytes} bytes`)
}

/** At which byte of the file the answer begins; `undefined` when it holds no part of the file that can be used. */
function startOf({ statusCode, headers }: Dispatcher.ResponseData, from: number): number | undefined {
  // A server that continues nothing sends the whole file again.
  if (statusCode === 200) return 0
  if (statusCode !== 206) return undefined
  const start = /^bytes (\d+)-/.exec(String(headers['content-range'] ?? ''))?.[1]
  return Number(start) === from ? from : undefined
}

/** What is true also at the next attempt is an error of its own. */
function refusal(status: number): Error {
  const message = `the answer was ${status}`
  if (status >= 500 || status === 429 || status === 408) return new Error(message)
  return componentErrors.error('FD_COMPONENT_FETCH', { message })
}

function failed(url: string, error: unknown): FiredrillError {
  return componentErrors.error('FD_COMPONENT_FETCH', {
    message: `${url}: ${messageOf(error)}`,
    where: url,
    cause: error,
  })
}

/** 0 when it does not exist. */
export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
