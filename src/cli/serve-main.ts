import * as nodeModule from 'node:module'

// What a runtime starts as a service, and nothing else of Firedrill: the build makes one folder of it with all it imports,
// since finding and reading hundreds of modules took a service half of its start (docs/decisions/0058-services-in-one-folder.md).

const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown }
enableCompileCache?.()
const [{ runProgram }, { serveWith }] = await Promise.all([import('./program.ts'), import('./stack/serve.ts')])
await runProgram(process.argv, { serve: async () => serveWith(async () => ({})) })
