import type { ComponentDefinition, LookupContext, ResolvedComponent } from './component.ts'
import { findCompanion, isExecutable } from './search-path.ts'
import { checkVersion } from './version.ts'

/** A program that may be the server of a component. */
export interface ServerProgram extends Pick<ResolvedComponent, 'name' | 'source'> {
  definition: ComponentDefinition
  path: string
}

/** Checks a server program and its companions. */
export async function checkServer(
  { name, definition, path, source }: ServerProgram,
  context: LookupContext,
): Promise<{ found: ResolvedComponent } | { problem: string }> {
  if (!(await isExecutable(path))) return { problem: 'is not an executable file' }
  const checked = await checkVersion(path, definition, context)
  if ('problem' in checked) return checked
  // Not its real path: Debian's redis-server is a link to redis-check-rdb, and its behaviour depends on the name.
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
