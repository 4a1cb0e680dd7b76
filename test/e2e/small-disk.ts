import { spawnSync } from 'node:child_process'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PIECE_BYTES = 1024 * 1024

/** A disk of its own in a folder of its own, which can be filled to the last byte without harm to anybody else. */
export class SmallDisk {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Why none can be mounted by this user; `undefined` when one can: root, or sudo that asks for no password. */
  static unavailable(): string | undefined {
    if (process.getuid?.() === 0) return undefined
    const { status } = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return status === 0 ? undefined : 'to mount a small disk needs root, or sudo without a password'
  }

  /** Mounts one. @throws Error where none can be mounted */
  static async mount(sizeMiB: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-disk-'))
    const options = `size=${sizeMiB}m,mode=755,uid=${process.getuid?.()},gid=${process.getgid?.()}`
    asRoot('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder)
    return new SmallDisk(folder)
  }

  get #filler(): string {
    return join(this.folder, 'filler')
  }

  /** Takes every byte that is left; again after others have given some back. */
  async fill(): Promise<void> {
    const file = await open(this.#filler, 'a')
    try {
      for (let bytes = PIECE_BYTES; bytes >= 1; ) {
        try {
          await file.write(Buffer.alloc(bytes))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
          bytes = Math.floor(bytes / 16)
        }
      }
    } finally {
      await file.close()
    }
  }

  async empty(): Promise<void> {
    await rm(this.#filler, { force: true })
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  async remove(): Promise<void> {
    asRoot('umount', '--lazy', this.folder)
    await rm(this.folder, { recursive: true, force: true })
  }
}

function asRoot(program: string, ...args: string[]): void {
  const [first = '', ...rest] = process.getuid?.() === 0 ? [program, ...args] : ['sudo', '-n', program, ...args]
  const { status, stderr, error } = spawnSync(first, rest, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`)
}
