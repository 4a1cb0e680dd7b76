import { Type } from 'typebox'
import { defineFault, notLanded } from './fault.ts'
import { startIfDown, untilGone } from './process-proof.ts'

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
    const undo = () => startIfDown(subject)
    if (pid === undefined)
      return { injectedAtMs: Date.now(), landing: notLanded(`${subject.replica} was not running`), undo }
    await subject.kill(signal)
    return { injectedAtMs: Date.now(), landing: await untilGone(subject, pid, signal), undo }
  },
})
