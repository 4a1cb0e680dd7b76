import { join } from 'node:path'
import { defineConfig } from 'vite'
import { bundledPackages } from './bundled-packages.ts'

const root = join(import.meta.dirname, '..')

/** The services with all that they import, in one folder. What a fault or the responder needs later is a file of its own there. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [bundledPackages()],
  // Yahoo's library is loaded from where people install it, if they do.
  ssr: { noExternal: true, external: ['yahoo-finance2'] },
  build: {
    ssr: join(root, 'src', 'cli', 'serve-main.ts'),
    outDir: join(root, 'dist', 'services'),
    // A stack that runs may not have loaded all of its files yet; their names change with their content.
    emptyOutDir: false,
    target: 'node20.19',
    minify: false,
  },
})
