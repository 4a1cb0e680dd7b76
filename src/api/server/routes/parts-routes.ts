import type { Runtime } from '../../../runtimes/runtime.ts'
import type { Link } from '../../../stack/links.ts'
import type { Router } from '../router.ts'
import { Usage, type UsageOptions } from '../usage/usage.ts'

/** How the parts are linked, and what each replica uses. */
export function addPartsRoutes(router: Router, runtime: Runtime, { links, ...measured }: PartsOptions): void {
  const usage = new Usage({ runtime, ...measured })
  router.add('topology', () => ({ capabilities: runtime.capabilities, links: [...links()] }))
  router.add('usage', () => usage.view())
}

export interface PartsOptions extends Omit<UsageOptions, 'runtime'> {
  links(): readonly Link[]
}
