import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { downloadFile, sizeOf } from './download-file.ts'
import { ArchiveServer } from './test-archive.ts'

const file = Buffer.from('0123456789'.repeat(10))
let folder: string
let server: ArchiveServer
let url: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-download-'))
  server = new ArchiveServer(file)
  server.kept = () => sizeOf(join(folder, 'file'))
  url = `${await server.listen()}/grafana/release/13.1.1/grafana_13.1.1_1_linux_amd64.tar.gz`
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})
const download = ({ env = {}, from = url, patienceMs = 1_000 }: Partial<Choice> = {}) =>
  downloadFile({ url: from, path: join(folder, 'file'), bytes: file.length }, { env, patienceMs })
interface Choice {
  env: NodeJS.ProcessEnv
  from: string
  patienceMs: number
}

describe('a download', () => {
  it('is continued after an answer that fell silent', async () => {
    server.answer = (number, response) => {
      if (number === 0) response.writeHead(200, { 'content-length': 100 }).write(file.subarray(0, 30))
      return number === 0
    }
    await download()
    expect(server.asked).toEqual(['whole', 'bytes=30-'])
    expect(await readFile(join(folder, 'file'))).toEqual(file)
  })

  it('ends when three attempts in a row bring nothing', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).flushHeaders()
      return true
    }
    await expect(download({ patienceMs: 200 })).rejects.toMatchObject({ code: 'FD_COMPONENT_FETCH' })
    expect(server.asked).toEqual(['whole', 'whole', 'whole'])
  })

  it('follows a redirect', async () => {
    server.answer = (number, response) => {
      if (number === 0) response.writeHead(302, { location: url }).end()
      return number === 0
    }
    await download({ from: url.replace('grafana/', 'elsewhere/') })
    expect(await readFile(join(folder, 'file'))).toEqual(file)
  })

  it('starts over when the server continues at another byte', async () => {
    server.answer = (number, response) => {
      if (number === 0) server.send(response, 0, 30)
      if (number === 1) response.writeHead(206, { 'content-range': 'bytes 0-99/100', 'content-length': 100 }).end(file)
      return number < 2
    }
    await download()
    expect(server.asked).toEqual(['whole', 'bytes=30-', 'whole'])
    expect(await readFile(join(folder, 'file'))).toEqual(file)
  })

  it('goes through the proxy that the environment names, and past it where it says so', async () => {
    await expect(download({ env: { http_proxy: 'http://127.0.0.1:1' } })).rejects.toThrow()
    expect(server.asked).toEqual([])
    await download({ env: { http_proxy: 'http://127.0.0.1:1', no_proxy: '127.0.0.1' } })
    expect(await readFile(join(folder, 'file'))).toEqual(file)
  })
})
