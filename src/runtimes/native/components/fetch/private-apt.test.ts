import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookUpAccount } from '../postgres/postgres-account.ts'
import { findDebianTools } from './debian-support.ts'
import { followDependencies, networkHint, PrivateApt, parseUris } from './private-apt.ts'

const SHA = 'ab'.repeat(32)

const debian = await findDebianTools(process.env)
const account = process.getuid?.() === 0 ? await lookUpAccount('_apt', process.env) : undefined
if ('tools' in debian && account !== undefined) {
  describe('apt for root', () => {
    it("speaks to the network as apt's own account, under a umask that closes everything", {
      timeout: 120_000,
    }, async () => {
      const umask = process.umask(0o077)
      const context = { env: process.env, signal: undefined }
      const apt = await PrivateApt.open('/nowhere', debian.tools, context).finally(() => process.umask(umask))
      try {
        // apt gives it to who downloads, and leaves it root's when that is root.
        expect((await stat(join(apt.folder, 'lists/partial'))).uid).toBe(account.uid)
        expect((await stat(apt.folder)).uid).toBe(0)
      } finally {
        await apt.close()
      }
      await expect(stat(apt.folder)).rejects.toThrow('ENOENT')
    })
  })
}

describe('parseUris', () => {
  it('reads name, version with epoch, size and SHA256', () => {
    const text = `'http://mirror.test/r/redis-server_7.0.15-1%7edeb12u10_amd64.deb' redis-server_5%3a7.0.15-1~deb12u10_amd64.deb 73908 SHA256:${SHA}\n`
    expect(parseUris(text)).toEqual([
      {
        package: 'redis-server',
        version: '5:7.0.15-1~deb12u10',
        file: 'redis-server_5%3a7.0.15-1~deb12u10_amd64.deb',
        sha256: SHA,
        bytes: 73908,
      },
    ])
  })

  it('leaves out a package that the index vouches for with a weaker hash only', () => {
    expect(parseUris("'http://mirror.test/a_1_all.deb' a_1_all.deb 10 MD5Sum:0123\n")).toEqual([])
  })
})

describe('followDependencies', () => {
  const text = `prometheus
  PreDepends: init-system-helpers
  Depends: libjs-rickshaw
  Depends: libc6
 |Depends: fonts-one
  Depends: <virtual>
    provider
libjs-rickshaw
  Depends: libjs-d3
init-system-helpers
  Depends: libjs-unrelated
libjs-d3
`

  it('follows matching names only, and from these on', () => {
    expect(followDependencies(text, ['prometheus'], /^(libjs|fonts)-/)).toEqual([
      'prometheus',
      'libjs-rickshaw',
      'fonts-one',
      'libjs-d3',
    ])
  })
})

describe('networkHint', () => {
  it.each(["Temporary failure resolving 'x'", 'Could not connect to x', 'Connection timed out'])(
    'hints at %s',
    (said) => {
      expect(networkHint(said)).toBe(' — no network?')
    },
  )

  it('says nothing of other failures', () => {
    expect(networkHint('E: Unable to locate package x')).toBe('')
  })
})
