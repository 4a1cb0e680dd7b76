import { faultErrors } from '../errors.ts'
import type { PodView, WorkloadSubject } from '../workload.ts'
import { READ_PROGRAM, SIGNAL_PROGRAM } from './hands-program.ts'

/** Reads files and signals processes in a container, by the programs that it has, or by those of an ephemeral container beside it. */
export interface PodHands {
  read(path: string): Promise<string>
  signal(pid: number, signal: string): Promise<void>
  /** Runs JavaScript with the Node of the container. */
  node(program: string): Promise<void>
  close(): Promise<void>
}

/** How long an ephemeral container waits for work, in milliseconds. */
const WAITS_MS = 60_000

/**
 * The container's own `cat` and `kill` where it has them, or its own Node; else Node in an ephemeral container that sees its processes.
 * @throws FD_FAULT_REFUSED when neither is there
 */
export async function podHands(
  workload: WorkloadSubject,
  { pod, container, signal }: { pod: PodView; container: string; signal: AbortSignal },
): Promise<PodHands> {
  const own = handsOf((command) => workload.exec(pod, container, command), OWN)
  if (await isThere(own)) return own
  const ownNode = handsOf((command) => workload.exec(pod, container, command), BY_NODE)
  if (await isThere(ownNode)) return ownNode
  const beside = await workload.run(pod, { program: NOTHING, data: {}, forMs: WAITS_MS, signal, sees: container })
  const hands = handsOf((command) => workload.exec(pod, beside.container, command), BY_NODE)
  return { ...hands, close: () => beside.end() }
}

/** `kill -0` ends well where the program is there: nothing is sent. */
async function isThere(hands: PodHands): Promise<boolean> {
  return Promise.all([hands.read('/proc/1/status'), hands.signal(1, '0')]).then(
    () => true,
    () => false,
  )
}

type Commands = Record<'read' | 'signal', (...given: [string, string?]) => readonly [string, ...string[]]>

const OWN: Commands = {
  read: (path) => ['cat', path],
  signal: (pid, signal = '0') => ['kill', `-${signal.replace('SIG', '')}`, pid],
}

const BY_NODE: Commands = {
  read: (path) => ['node', '-e', READ_PROGRAM, path],
  signal: (pid, signal = '0') => ['node', '-e', SIGNAL_PROGRAM, pid, signal],
}

const NOTHING = "report('here')"

function handsOf(
  exec: (command: readonly [string, ...string[]]) => Promise<{ code: number; stdout: string; stderr: string }>,
  commands: Commands,
): PodHands {
  const run = async (command: readonly [string, ...string[]]) => {
    const { code, stdout, stderr } = await exec(command)
    if (code === 0) return stdout
    const [program] = command
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `${program} ended with ${code}: ${stderr.trim().slice(0, 200)}`,
    })
  }
  return {
    read: (path) => run(commands.read(path)),
    signal: async (pid, signal) => void (await run(commands.signal(String(pid), signal))),
    node: async (program) => void (await run(['node', '-e', program])),
    close: async () => undefined,
  }
}
