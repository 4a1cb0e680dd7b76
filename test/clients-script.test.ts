import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The port that the script gives the fault proxy for the suite of Go. */
const PORT = 8475

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-clients-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The script with these commands for suites, in folders of this test. */
function testClients(env: Record<string, string>) {
  const { PATH, HOME } = process.env
  return spawnSync(process.execPath, ['scripts/test-clients.js'], {
    cwd: new URL('..', import.meta.url),
    env: { PATH, HOME, FIREDRILL_CLIENTS: folder, ...env },
    encoding: 'utf8',
  })
}

describe('npm run test:clients', () => {
  it('fails when no suite ran', () => {
    const { status, stdout, stderr } = testClients({})
    expect(stdout.match(/skipped: /g)).toHaveLength(7)
    expect(stderr).toContain('no suite ran')
    expect(status).toBe(1)
  })

  it('fails when the fault proxy cannot have its port', async () => {
    mkdirSync(join(folder, 'go'))
    const server = createServer()
    server.listen(PORT, '127.0.0.1')
    // Somebody else may have it already: then it is taken all the same.
    await once(server, 'listening').catch(() => undefined)
    try {
      const { status, stdout } = testClients({ FIREDRILL_CLIENT_GO: 'true' })
      expect(stdout).toMatch(/^go .* port 8475 is taken/m)
      expect(status).toBe(1)
    } finally {
      server.close()
    }
  })
})
