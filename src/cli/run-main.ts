import * as nodeModule from 'node:module'

// Starts the command line.

// Newer Node (22.1) keeps what it compiled: a third of the start of a service is reading and compiling modules.
const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown }
enableCompileCache?.()
const { main } = await import('./main.ts')
await main(process.argv)
