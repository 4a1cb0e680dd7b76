/** Programs for `node -e` that read a file, and signal a process, where a container has no programs for that. */

export const READ_PROGRAM = "process.stdout.write(require('node:fs').readFileSync(process.argv[1]))"
export const SIGNAL_PROGRAM =
  'const [, pid, signal] = process.argv; process.kill(Number(pid), signal === "0" ? 0 : signal)'
