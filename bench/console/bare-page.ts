import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { addConsoleFiles } from '../../src/api/server/console-files.ts'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { createHttpServer, type HttpServer } from '../../src/base/http/http-server.ts'

/** A page of React and Vite that shows one heading, served as control serves the console. */
export interface BarePage {
  url: string
  close(): Promise<void>
}

export async function serveBarePage(): Promise<BarePage> {
  const built = await mkdtemp(join(tmpdir(), 'fd-bare-page-'))
  const root = packageFolder()
  const args = [
    'build',
    join(root, 'bench', 'console', 'bare'),
    '--outDir',
    built,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ]
  await execa(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), ...args], { stdio: 'inherit' })
  const app = createHttpServer({ logger: pino({ level: 'silent' }) })
  void app.register(async (scope) => addConsoleFiles(scope as HttpServer, built))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    close: async () => {
      await app.close()
      await rm(built, { recursive: true })
    },
  }
}
