import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Type } from '#typebox'
import { formatBytes } from '../../base/units/bytes.ts'
import { sleep } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { read, shareParam } from '../params.ts'
import { SPARED_MEMORY_BYTES } from './reserve.ts'

/** Takes the memory of the whole machine. */

/** How long the end of the fault waits for the memory to be free, in milliseconds: less than its caller waits. */
const FREED_WITHIN_MS = 1_000

/** Numbers of memfd_create and fallocate. */
const SYSTEM_CALLS: Record<string, readonly [number, number]> = { x64: [319, 285], arm64: [279, 47] }

/**
 * Takes memory until only `leave` bytes are available, and again when other programs free some: pages of a file that exists only
 * in memory, which the kernel provides at gigabytes a second because they need not be written to. Node has no such call; Perl is
 * part of every Debian. It is the first process that the kernel ends when memory runs out, and it ends with its parent, when its
 * standard input is closed.
 */
const HOG = `
  use strict;
  my ($leave, $memfd_create, $fallocate) = map { int } @ARGV;
  if (open my $adj, '>', '/proc/self/oom_score_adj') { print $adj 1000; close $adj }
  my $name = 'firedrill';
  my $file = syscall($memfd_create, $name, 0);
  die "memfd_create: $!" if $file < 0;
  sub available {
    open my $memory, '<', '/proc/meminfo' or die $!;
    while (<$memory>) { return 1024 * $1 if /^MemAvailable: +([0-9]+) kB/ }
    die 'no MemAvailable';
  }
  my ($piece, $taken, $reported) = (32 * 1024 * 1024, 0, 0);
  while (1) {
    while (available() - $piece >= $leave) {
      die "fallocate: $!" if syscall($fallocate, $file, 0, $taken, $piece) < 0;
      $taken += $piece;
    }
    syswrite STDOUT, 'taken' if !$reported;
    $reported = 1;
    my $in = '';
    vec($in, 0, 1) = 1;
    last if select($in, undef, undef, 0.2) > 0;
  }`

export const hostMemory = defineInsideFault({
  name: 'host-memory',
  summary:
    "Take the machine's memory, in a process beside the service, until only a share of it is available: everything on the machine feels it",
  machine: 'most of its memory is taken',
  params: Type.Object(
    {
      leave: shareParam({
        min: '5%',
        max: '99%',
        default: '8%',
        description: "Of the machine's memory, what stays available",
      }),
    },
    { additionalProperties: false },
  ),
  async begin({ signal }, params) {
    const { total, available } = await machineMemory()
    const leave = read('share', params.leave) * total
    const wanted = available - leave
    if (leave < SPARED_MEMORY_BYTES) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${params.leave} of ${formatBytes(total)} would leave less than ${formatBytes(SPARED_MEMORY_BYTES)} available`,
        expected: `at least ${Math.ceil((100 * SPARED_MEMORY_BYTES) / total)}%`,
        given: params.leave,
      })
    }
    const bound = memoryBound()
    if (wanted > bound) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${formatBytes(wanted)} would have to be taken, and this process may take ${formatBytes(bound)}`,
        next: 'run the drill on a stack of processes: a container is held to its limit',
      })
    }
    const calls = SYSTEM_CALLS[process.arch]
    if (calls === undefined) {
      const message = `the kernel's calls are not known on ${process.arch}`
      throw faultErrors.error('FD_FAULT_REFUSED', { message, expected: Object.keys(SYSTEM_CALLS).join(' or ') })
    }
    const args = ['-e', HOG, Math.round(leave), ...calls].map(String)
    const hog = spawn('perl', args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH ?? '' } })
    let output = ''
    hog.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    const exited = new Promise<void>((resolve) => {
      hog.once('close', () => resolve())
      hog.once('error', ({ message }) => {
        output += message
        resolve()
      })
    })
    const end = async () => {
      hog.kill('SIGKILL')
      // The kernel needs a second for some gigabytes: they are freed without further help.
      const waiting = new AbortController()
      await Promise.race([exited, sleep(FREED_WITHIN_MS, waiting.signal).catch(() => undefined)])
      waiting.abort()
    }
    try {
      await Promise.race([once(hog.stdout, 'data', { signal }), exited])
    } catch (error) {
      await end()
      throw error
    }
    const now = await machineMemory()
    const landed = hog.exitCode === null && hog.signalCode === null && hog.pid !== undefined
    const seen = `${formatBytes(now.available)} of the machine's ${formatBytes(total)} are available, ${formatBytes(available)} were`
    return {
      proof: { landed, proof: landed ? seen : `the process that takes the memory has ended: ${output.trim()}` },
      end,
    }
  },
})

/** @throws FD_FAULT_REFUSED where the kernel does not report it */
async function machineMemory(): Promise<{ total: number; available: number }> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const bytes = (name: string) => Number(new RegExp(`${name}: +(\\d+) kB`).exec(text)?.[1]) * 1_024
  const memory = { total: bytes('MemTotal'), available: bytes('MemAvailable') }
  if (Number.isFinite(memory.available)) return memory
  throw faultErrors.error('FD_FAULT_REFUSED', { message: 'this machine does not report how much memory is available' })
}

/** The limit of this process's memory, in bytes: a container's, or one like it. */
function memoryBound(): number {
  // Newer than the oldest Node we run on; 0 or a huge number where there is no limit.
  const { constrainedMemory } = process as { constrainedMemory?: () => number | undefined }
  return constrainedMemory?.call(process) || Number.POSITIVE_INFINITY
}
