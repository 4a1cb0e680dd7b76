import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { defined } from '../../../base/defined.ts'
import { type Command, childEnvironment, diesWithParent } from '../../../base/system/command.ts'
import { signalProcess } from '../../../base/system/process.ts'
import type { Exit, Running } from '../../running.ts'
import { type Freeze, freeze } from './freeze.ts'
import { type ProcessLedger, signalGroup } from './ledger.ts'
import { openLog } from './log-file.ts'

/**
 * Starts a replica's process: it ends with control, writes to its log, and leads a process group of its own.
 * @throws the system's error when the disk has no room for its log, or no descriptor is left
 */
export function startChild(command: Command, options: { id: string; logPath: string; ledger: ProcessLedger }): Running {
  const { id, logPath, ledger } = options
  const { program, args, env, cwd, uid, gid } = diesWithParent(command)
  const log = openLog(logPath)
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      env: childEnvironment(env),
      stdio: ['ignore', log, log],
      // A process group of its own: Ctrl-C in the terminal reaches control only, which then stops everything in order.
      detached: true,
      ...defined({ cwd, uid, gid }),
    })
  } finally {
    closeSync(log)
  }
  const { pid } = child
  let ended = false
  let frozen: Freeze | undefined
  if (pid !== undefined) ledger.add(id, pid)
  const exited = new Promise<Exit>((resolve) => {
    const end = (exit: Exit) => {
      if (ended) return
      ended = true
      // Every error here is passed to the code that waits for the end.
      resolve(exit)
      if (pid === undefined) return
      ledger.remove(pid)
      // With all processes that it started.
      signalGroup(pid, 'SIGKILL')
      // Orphans of a frozen process see that it has ended only when they run again.
      frozen?.thaw()
    }
    child.once('exit', (code, signal) => end({ code, signal }))
    child.once('error', (error) => end({ code: null, signal: null, detail: error.message, error }))
  })
  const send = async (signal: NodeJS.Signals, how: typeof signalProcess) => {
    if (!ended && pid !== undefined) how(pid, signal)
  }
  return {
    pid,
    exited,
    signal: (signal) => send(signal, signalProcess),
    pause: async () => {
      if (!ended && pid !== undefined) frozen = freeze(pid)
    },
    resume: async () => frozen?.thaw(),
    destroy: () => send('SIGKILL', signalGroup),
  }
}
