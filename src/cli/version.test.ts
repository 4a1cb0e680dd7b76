import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageFolder } from '../base/files/package-folder.ts'
import { serveCommand } from './version.ts'

it('starts a service in a container with what Node is told natively', () => {
  const [, ...line] = serveCommand()
  const told = line.filter((argument) => argument.startsWith('--'))
  expect(told).not.toEqual([])
  expect(readFileSync(join(packageFolder(), 'deploy', 'firedrill'), 'utf8')).toContain(
    `exec node ${told.join(' ')} /app/dist/services/serve-main.js`,
  )
})
