import { describe, expect, it } from 'vitest'
import { findDebianTools } from './debian-support.ts'

describe('findDebianTools', () => {
  it.each([
    ['darwin', undefined, 'only on Linux, this is darwin'],
    ['linux', undefined, 'only on systems with the GNU C library, this one has another'],
    ['linux', '2.31', 'needs glibc 2.34 or newer, this is 2.31'],
    ['linux', '2.36', 'only on systems with apt-get, apt-cache, dpkg-deb and tar on PATH'],
  ] as const)('says on %s with glibc %s: %s', async (platform, glibc, reason) => {
    expect(await findDebianTools({ PATH: '/nowhere' }, { platform, glibc })).toEqual({ reason })
  })
})
