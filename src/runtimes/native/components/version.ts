import type { ComponentDefinition, LookupContext } from './component.ts'
import { runCommand } from './run-command.ts'

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

export type VersionCheck = { version: string } | { problem: string }

/** Asks a program for its version and compares it with the declared minimum. Throws only when aborted. */
export async function checkVersion(
  program: string,
  definition: ComponentDefinition,
  context: LookupContext & { extraEnv?: Record<string, string> },
): Promise<VersionCheck> {
  const flag = definition.versionFlag ?? '--version'
  let output: string
  try {
    const { stdout, stderr } = await runCommand(program, [flag], {
      env: { ...context.env, ...context.extraEnv },
      signal: context.signal,
      timeoutMs: 10_000,
    })
    // Older exporters write it to stderr.
    output = `${stdout}\n${stderr}`
  } catch (error) {
    context.signal?.throwIfAborted()
    return { problem: `does not run: ${(error as Error).message}` }
  }
  const version = definition.versionPattern.exec(output)?.[1]
  if (version === undefined) {
    const firstLine = output.trim().split('\n')[0] ?? ''
    return { problem: `${flag} does not print a version of ${definition.server}: "${firstLine.slice(0, 80)}"` }
  }
  if (compareVersions(version, definition.minimum) < 0) {
    return { problem: `is version ${version}, too old; at least ${definition.minimum} is needed` }
  }
  return { version }
}
