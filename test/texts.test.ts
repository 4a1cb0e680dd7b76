import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const BINARY = /\.(png|svg|ico|gz)$/
const own = 'test/texts.test.ts'

function tracked(): { file: string; text: string }[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  return files
    .filter((file) => file !== '' && file !== own && file !== 'package-lock.json' && !BINARY.test(file))
    .filter((file) => file !== 'bin/firedrill')
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
}

describe('the texts of the repository', () => {
  it("never have npm's runner fetch what nobody named: npx only with --no-install", () => {
    const found = tracked().flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, index) => (/\bnpx\b(?! --no-install )/.test(line) ? `${file}:${index + 1}` : [])),
    )
    expect(found).toEqual([])
  })

  it('cannot be published by mistake: what is published is made by npm run package', () => {
    const { name, private: isPrivate } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect({ name, isPrivate }).toEqual({ name: '@firedrill/firedrill', isPrivate: true })
  })
})
