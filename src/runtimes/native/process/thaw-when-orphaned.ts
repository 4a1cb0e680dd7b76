import { spawn } from 'node:child_process'

/**
 * Lets processes run again when this one has ended, however it did; returns how to call that off. `read` ends when the other
 * end of the pipe is closed.
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
