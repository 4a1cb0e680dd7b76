import { defineConfig } from 'vite'
import { bundledPackages } from '../scripts/bundled-packages.ts'

/** `vite console` serves the sources with live reload and takes everything else from a stack that is up. */
const CONTROL = process.env.FIREDRILL_CONTROL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [bundledPackages()],
  build: { outDir: '../dist/console', emptyOutDir: true, modulePreload: { polyfill: false }, target: 'es2022' },
  server: { host: '127.0.0.1', proxy: { '/v1': { target: CONTROL } } },
})
