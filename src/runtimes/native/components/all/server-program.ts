import type { ComponentDefinition, LookupContext, ResolvedComponent } from '../component.ts'
import { findCompanion, isExecutable } from '../search-path.ts'
import { checkVersion } from '../version.ts'
import type { ComponentName } from './components.ts'

/** Checks a server program and what belongs to it. */
export async function checkServer(
  name: ComponentName,
  definition: ComponentDefinition,
  path: string,
  source: ResolvedComponent['source'],
  context: LookupContext,
): Promise<{ found: ResolvedComponent } | { problem: string }> {
  if (!(await isExecutable(path))) return { problem: 'is not a file that may be executed' }
  const checked = await checkVersion(path, definition, context)
  if ('problem' in checked) return checked
  // Not its real path: Debian's redis-server is a link to redis-check-rdb, and what it does depends on the name.
  const programs: Record<string, string> = { [definition.server]: path }
  for (const { program, required } of definition.companions) {
    const companion = await findCompanion(program, path, context.env)
    if (companion !== undefined) programs[program] = companion
    else if (required) return { problem: `there is no ${program} beside it` }
  }
  const adapted = (await definition.adapt?.(path)) ?? {}
  if ('problem' in adapted) return adapted
  return { found: { name, version: checked.version, source, programs, env: {}, args: [], ...adapted } }
}
