/** What a process has run out of when the system refuses what was right to ask: it may work a moment later. */
export type Lack = 'disk' | 'descriptors' | 'processes' | 'memory'

const LACKS: Readonly<Record<string, Lack>> = {
  ENOSPC: 'disk',
  EDQUOT: 'disk',
  EMFILE: 'descriptors',
  ENFILE: 'descriptors',
  ENOMEM: 'memory',
}

/** What is lacking, by an error or by what caused it; `undefined` when the error is of another kind. */
export function lackOf(error: unknown): Lack | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code, syscall } = one as NodeJS.ErrnoException
    // Of sockets it means "not now"; of a process that is to be started, that there are as many as there may be.
    if (code === 'EAGAIN' && syscall?.startsWith('spawn') === true) return 'processes'
    const lack = LACKS[code ?? '']
    if (lack !== undefined) return lack
  }
  return undefined
}
