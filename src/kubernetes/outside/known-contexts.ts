import { spawnSync } from 'node:child_process'
import { visibleLine } from '../../base/text/visible.ts'

/** What to do about a context that is missing or unknown: which ones kubectl knows. Reads its configuration, and no cluster. */
export function nextContext(env: NodeJS.ProcessEnv): string {
  const { stdout } = spawnSync('kubectl', ['config', 'get-contexts', '-o', 'name'], {
    env,
    encoding: 'utf8',
    timeout: LISTS_WITHIN_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const names = (stdout ?? '').split('\n').filter((name) => name !== '')
  const named = names.slice(0, MOST_NAMED).map(visibleLine)
  const more = names.length - named.length
  const there =
    names.length === 0
      ? '`kubectl config get-contexts` lists them'
      : `there are ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return `--context NAME, or kubernetes: { context: NAME } in firedrill.yaml; ${there}`
}

/** Milliseconds. */
const LISTS_WITHIN_MS = 5_000
const MOST_NAMED = 10
