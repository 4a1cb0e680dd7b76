import { createServer } from 'node:net'

export interface Claim {
  release(): void
}

/**
 * Claims a name among all processes of this machine, of all users: the kernel gives a socket name to one process and frees it when
 * that process ends in any way. Every user can take a name first, so it protects only what every user can take anyway, a port.
 * `taken` when another process holds it. Linux only; elsewhere every claim is granted, and two stacks that
 * start within the same tenth of a second may collide.
 */
export function claimName(name: string): Promise<Claim | 'taken'> {
  if (process.platform !== 'linux') return Promise.resolve({ release: () => undefined })
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken')
      else reject(error)
    })
    // A leading NUL makes it a name in the kernel, not a file.
    server.listen({ path: `\0firedrill-${name}`, exclusive: true }, () => resolve({ release: () => server.close() }))
  })
}
