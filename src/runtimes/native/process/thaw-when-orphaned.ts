import { spawn } from 'node:child_process'

/**
 * Thaws processes when this one has ended in any way; returns a function that cancels this. `read` ends when the other end of the
 * pipe is closed.
 */
export function thawWhenOrphaned(pids: readonly number[]): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -CONT "$@" 2>/dev/null', 'sh', ...pids.map(String)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.unref()
  return () => void shell.kill('SIGKILL')
}
