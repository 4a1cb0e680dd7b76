import { defineConfig } from 'vite'
import { bundledPackages } from '../../scripts/bundled-packages.ts'

/** The page of an API, which is served below /docs. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/docs/',
  plugins: [bundledPackages()],
  build: {
    outDir: '../../dist/docs',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // Swagger UI comes as one file of 1.4 MB.
    chunkSizeWarningLimit: 2_000,
  },
})
