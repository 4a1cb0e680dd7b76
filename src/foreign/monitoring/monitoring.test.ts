import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseSystem } from '../file/system-file.ts'
import { openMonitoring } from './monitoring.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-monitoring-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const HEADERS = '{ X-Token: { file: token }, X-Scope-OrgID: TENANT }'

function headersFrom(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> | undefined {
  const text = `name: shop
environment: lab
prometheus: { url: "http://p:1", headersFrom: ${HEADERS} }
alertmanager: http://a:1
services: { shop: { urls: ["http://shop:80"] } }
`
  return openMonitoring(parseSystem(text, join(folder, 'firedrill.yaml')), env).access.prometheus.headers
}

describe('the value of a header', () => {
  const env = { TENANT: 'team-1' }

  it('comes from a file beside the description, or from the environment', async () => {
    await writeFile(join(folder, 'token'), 'secret\n', { mode: 0o600 })
    expect(headersFrom(env)).toEqual({ 'X-Token': 'secret', 'X-Scope-OrgID': 'team-1' })
  })

  it('is not taken from a file that others can read', async () => {
    await writeFile(join(folder, 'token'), 'secret\n')
    await chmod(join(folder, 'token'), 0o644)
    expect(() => headersFrom(env)).toThrow(expect.objectContaining({ code: 'FD_FILE_NOT_OURS' }))
  })

  it.each([
    ['there is no such file', undefined],
    ['it is empty, or not one line of text', ''],
    ['it is empty, or not one line of text', 'two\nlines'],
  ])('is missed by name: %s', async (given, content) => {
    if (content !== undefined) await writeFile(join(folder, 'token'), content, { mode: 0o600 })
    expect(() => headersFrom(env)).toThrow(
      expect.objectContaining({
        code: 'FD_FOREIGN_INVALID',
        details: expect.objectContaining({ given, where: expect.stringContaining('headersFrom.X-Token') }),
      }),
    )
  })
})
