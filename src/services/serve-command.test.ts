import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageFolder } from '../base/files/package-folder.ts'
import { serveCommand } from './serve-command.ts'

it('a service in a container starts with the same Node options as natively', () => {
  const [, ...line] = serveCommand()
  const options = line.filter((argument) => argument.startsWith('--'))
  expect(options).not.toEqual([])
  expect(readFileSync(join(packageFolder(), 'deploy', 'firedrill'), 'utf8')).toContain(
    `exec node ${options.join(' ')} /app/dist/services/serve-main.js`,
  )
})
