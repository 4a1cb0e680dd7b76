import { join } from 'node:path'
import { defineConfig } from 'vite'
import { bundledPackages } from './bundled-packages.ts'

const root = join(import.meta.dirname, '..')
const ENTRY = 'typebox-as-one-file'

/** TypeBox as one file: it comes in 680, and to read and compile them takes longer than all of what a command does besides. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [
    {
      name: ENTRY,
      resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
      load: (id) =>
        id === `\0${ENTRY}` ? "export * from 'typebox'\nexport { Value } from 'typebox/value'\n" : undefined,
    },
    bundledPackages(),
  ],
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: join(root, 'dist', 'libraries'),
    emptyOutDir: true,
    target: 'node20.19',
    minify: false,
    rollupOptions: { input: { typebox: ENTRY } },
  },
})
