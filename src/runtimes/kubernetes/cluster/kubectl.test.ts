import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runKubectl } from './kubectl.ts'

/** A program of that name in the place of kubectl. */
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-kubectl-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function kubectl(script: string): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, 'kubectl')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return { PATH: [folder, process.env.PATH].join(delimiter) }
}

describe('runKubectl', () => {
  it('names the context first, and no shell reads what follows', async () => {
    const env = await kubectl('for one in "$@"; do echo "<$one>"; done')
    const lines: string[] = []
    await runKubectl('a context; exit 1', ['apply', '-k', '$(id)'], { env, onLine: (line) => lines.push(line) })
    expect(lines).toEqual(['<--context=a context; exit 1>', '<apply>', '<-k>', '<$(id)>'])
  })

  it('fails with the last lines of what it printed', async () => {
    const env = await kubectl('for n in 1 2 3 4 5 6; do echo "line $n"; done; echo "error: no match" >&2; exit 1')
    await expect(runKubectl('lab', ['apply', '-k', 'x'], { env })).rejects.toMatchObject({
      code: 'FD_CLUSTER_KUBECTL',
      message: 'kubectl apply failed',
      details: { where: 'context lab', given: expect.stringContaining('error: no match') },
    })
  })

  it('ends it with its signal', async () => {
    const env = await kubectl('echo begun; exec sleep 600')
    const ending = new AbortController()
    const running = runKubectl('lab', ['delete', 'pods'], {
      env,
      signal: ending.signal,
      onLine: () => ending.abort(new Error('Ctrl-C')),
    })
    await expect(running).rejects.toThrow('Ctrl-C')
  })
})
