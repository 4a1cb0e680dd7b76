import type { ComponentDefinition } from '../component.ts'
import { libraryPath } from '../fetch/library-path.ts'

export const redis: ComponentDefinition = {
  variable: 'FIREDRILL_REDIS',
  minimum: '6.2',
  server: 'redis-server',
  commands: ['redis-server'],
  versionPattern: /Redis server v=(\d+(?:\.\d+)+)/,
  companions: [{ program: 'redis-cli', required: false }],
  debian: {
    // redis-server holds only a symlink; the program is in redis-tools and picks its role from the name it is called by.
    packages: ['redis-server', 'redis-tools'],
    // apt itself needs the excepted ones, so that they are there wherever this can run.
    follow: /^(?!libc6$|libgcc-s1$|libstdc\+\+6$|libsystemd0$)(lib|lua-)/,
    programs: { 'redis-server': 'root/usr/bin/redis-server', 'redis-cli': 'root/usr/bin/redis-cli' },
    start: async (folder) => ({ env: { LD_LIBRARY_PATH: await libraryPath(folder) }, args: [] }),
  },
  help: { apt: 'redis-server', brew: 'redis' },
}
