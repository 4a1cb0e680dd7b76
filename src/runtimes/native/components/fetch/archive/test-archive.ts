import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { done, notYet, waitUntil } from '../../../../../base/wait.ts'
import { grafana, grafanaArchive } from '../../all/grafana.ts'
import type { ComponentDefinition } from '../../component.ts'

/** An archive with the layout of Grafana's own, whose program is this script. */
export async function packGrafana(script: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-archive-'))
  try {
    const home = join(folder, 'grafana-13.1.1')
    for (const part of ['bin', 'conf/provisioning', 'public/build']) await mkdir(join(home, part), { recursive: true })
    await writeFile(join(home, 'bin/grafana'), script)
    await chmod(join(home, 'bin/grafana'), 0o755)
    await writeFile(join(home, 'conf/defaults.ini'), '')
    // Of a size that does not fit into the buffers of one connection.
    await writeFile(join(home, 'public/build/app.js'), noise(3_000_000))
    await execa('tar', ['-czf', join(folder, 'grafana.tar.gz'), '-C', folder, 'grafana-13.1.1'])
    return await readFile(join(folder, 'grafana.tar.gz'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Bytes that do not compress, the same each time. */
function noise(length: number): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < length; at += 32) pieces.push(createHash('sha256').update(String(at)).digest())
  return Buffer.concat(pieces).subarray(0, length)
}

/** Grafana as a component that is fetched from this server, with this archive as the published one. */
export function grafanaFrom(origin: string, archive: Buffer): ComponentDefinition {
  const sha256 = createHash('sha256').update(archive).digest('hex')
  return {
    ...grafana,
    archive: {
      ...grafanaArchive,
      origin,
      files: { [`${process.platform}-${process.arch}`]: { path: PATH.slice(1), sha256, bytes: archive.length } },
    },
  }
}

const PATH = '/grafana/release/13.1.1/grafana_13.1.1_1_linux_amd64.tar.gz'

/** Serves a file in parts as well, and notes what it was asked for. `answer` replaces the answer to a request, by its number from 0. */
export class ArchiveServer {
  /** The header Range of each request, "whole" without. */
  readonly asked: string[] = []
  sent = 0
  answer: ((number: number, response: ServerResponse) => boolean) | undefined
  file: Buffer
  ranges = true
  /** How much its client has on disk, in bytes. */
  kept: () => Promise<number> = async () => 0
  readonly #server: Server

  constructor(file: Buffer) {
    this.file = file
    this.#server = createServer(({ url, headers }, response) => {
      const number = this.asked.push(headers.range ?? 'whole') - 1
      if (this.answer?.(number, response)) return
      if (url !== PATH) return response.writeHead(404).end('no such file')
      this.send(response, this.ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0)
    })
  }

  /** Sends the file from a byte on; `most`: ends the connection after this number of bytes. */
  send(response: ServerResponse, from = 0, most = this.file.length): void {
    const total = this.file.length
    if (from >= total) return void response.writeHead(416, { 'content-range': `bytes */${total}` }).end()
    const rest = this.file.subarray(from)
    const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${total - 1}/${total}` }
    response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, ...range })
    const piece = rest.subarray(0, most)
    this.sent += piece.length
    response.write(piece)
    if (piece.length < rest.length) void this.#cut(response, from + piece.length)
    else response.end()
  }

  /** A client drops what it has not read when the connection ends. */
  async #cut(response: ServerResponse, sent: number): Promise<void> {
    const what = 'the client to keep what it was sent'
    const isKept = async () => ((await this.kept()) >= sent ? done(undefined) : notYet(`${sent} bytes were sent`))
    await waitUntil(isKept, { what, timeoutMs: 20_000, intervalMs: 5 }).catch(() => undefined)
    response.destroy()
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
