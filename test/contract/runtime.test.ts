import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeRuntime } from '../../src/runtimes/fake/runtime.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { NativeRuntime } from '../../src/runtimes/native/runtime.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { hangFixture, type Made, runtimeContract } from './runtime-contract.ts'
import { contractTopology } from './topology.ts'

const runtimes: Record<string, () => Promise<Made>> = {
  async native() {
    const path = await mkdtemp(join(tmpdir(), 'fd-contract-'))
    const folder = new StateFolder(path)
    const { secrets } = await folder.prepare()
    const runtime = new NativeRuntime({
      topology: contractTopology,
      folder,
      secrets,
      externals: {},
      run: 'contract',
      ports: new PortLedger('127.0.0.1'),
      command: async (part, { args, env }) => {
        if (!('command' in part.program)) throw new Error('the contract topology has commands only')
        const [program, ...first] = part.program.command
        return { program, args: [...first, ...args], env }
      },
    })
    return { runtime, real: true, hang: hangFixture, folder, cleanUp: () => rm(path, { recursive: true, force: true }) }
  },
  async fake() {
    const runtime = new FakeRuntime(contractTopology)
    return { runtime, real: false, hang: async ({ id }) => runtime.hang(id), cleanUp: async () => undefined }
  },
}

for (const [name, make] of Object.entries(runtimes)) runtimeContract(name, make)
