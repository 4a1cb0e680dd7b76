import { readFile } from 'node:fs/promises'
import type { LoadHook, ResolveHook } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from '@swc/wasm-typescript'

/** Module hooks with which Node loads journeys: `firedrill/load` from any folder, and TypeScript. */

/** What a journey imports as "firedrill/load", from any folder, whether or not this package is installed there. */
const OURS = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href

export const resolve: ResolveHook = (specifier, context, next) =>
  specifier === 'firedrill/load' ? { url: OURS, shortCircuit: true } : next(specifier, context)

/** Strips the types of TypeScript modules, so that every Node runs them alike. Lines and columns stay what they are. */
export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context)
  const path = fileURLToPath(url)
  const source = await readFile(path, 'utf8')
  const { code } = await transform(source, { mode: 'strip-only', filename: path, module: true }).catch(refused)
  return { format: 'module', source: code, shortCircuit: true }
}

/** The transformer throws a plain object with the position. Syntax whose types cannot be stripped gets a text of its own. */
function refused(problem: { code?: string; message?: string; startLine?: number; startColumn?: number }): never {
  const { code, message = String(problem), startLine, startColumn = 0 } = problem
  const place = startLine === undefined ? '' : `${startLine}:${startColumn + 1}: `
  const only = code === 'UnsupportedSyntax' ? '; only types can be removed: write it in plain JavaScript' : ''
  throw new SyntaxError(`${place}${message}${only}`)
}
