import { Type } from '#typebox'
import { defineFault } from '../fault.ts'
import { startIfCrashed, untilGone, wasNotRunning } from './process-proof.ts'

/** Kills a process with a signal. */

/** Every signal whose default is to end the process. Services of Firedrill take SIGTERM and SIGINT as a request to stop. */
const SIGNALS = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGQUIT',
  'SIGHUP',
  'SIGUSR2',
  'SIGALRM',
] as const

export const kill = defineFault({
  name: 'kill',
  summary: 'End the process with a signal, as a crash or the out-of-memory killer does',
  params: Type.Object(
    {
      signal: Type.Enum(SIGNALS, { default: 'SIGKILL', description: 'The signal to send' }),
    },
    { additionalProperties: false },
  ),
  needs: ['canKill'],
  async start(subject, { signal }) {
    const pid = subject.pid()
    if (pid === undefined) return wasNotRunning(subject)
    const undo = () => startIfCrashed(subject)
    await subject.kill(signal)
    return { injectedAtMs: Date.now(), landing: await untilGone(subject, pid, signal), undo }
  },
})
