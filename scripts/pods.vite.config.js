import { join } from 'node:path'
import { defineConfig } from 'vite'
import { bundledPackages } from './bundled-packages.ts'

const root = join(import.meta.dirname, '..')

/** Programs of ours for pods of other images, each in one file: they are given to Node as an argument, which Linux bounds at 128 KiB. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [bundledPackages()],
  ssr: { noExternal: true },
  build: {
    ssr: join(root, 'src', 'proxy', 'pod', 'main.ts'),
    outDir: join(root, 'dist', 'pods'),
    emptyOutDir: true,
    target: 'node20.19',
    minify: true,
    rollupOptions: { output: { entryFileNames: 'link-proxy.js', codeSplitting: false } },
  },
})
