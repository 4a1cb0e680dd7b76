import { createServer } from 'node:net'

export interface Claim {
  release(): void
}

/**
 * Claims a name among all processes of this machine, whoever they belong to: the kernel gives a socket name to one process and frees
 * it when that ends, however it ends. Anybody can take a name first, and so it is good for what anybody can take anyway, a port.
 * `taken` when somebody holds it. Linux only; elsewhere every claim is granted, and two stacks that
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
    // A leading NUL makes it a name of the kernel's, not a file.
    server.listen({ path: `\0firedrill-${name}`, exclusive: true }, () => resolve({ release: () => server.close() }))
  })
}
