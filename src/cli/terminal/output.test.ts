import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { packageFolder } from '../../base/files/package-folder.ts'
import { note, print, write } from './output.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('a line for people', () => {
  it('names commands as this program was called, on stdout as on stderr', () => {
    vi.stubEnv('PATH', '')
    vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', join(packageFolder(), 'bin', 'firedrill.js')])
    vi.spyOn(process, 'cwd').mockReturnValue(packageFolder())
    const texts: string[] = []
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0)
    print('drills  firedrill run NAME')
    note('firedrill ls KIND, or firedrill --help')
    write(process.stdout, 'a log names firedrill up\n')
    expect(texts).toEqual([
      'drills  bin/firedrill run NAME\n',
      'bin/firedrill ls KIND, or bin/firedrill --help\n',
      'a log names firedrill up\n',
    ])
  })
})
