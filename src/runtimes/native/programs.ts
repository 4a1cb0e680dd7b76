import { join } from 'node:path'
import { defined } from '../../base/defined.ts'
import type { Command } from '../../base/system/command.ts'
import type { Launch, Part, Topology } from '../../stack/part.ts'
import { type ComponentName, components, definitionOf } from './components/all/components.ts'
import type { ResolvedComponent } from './components/component.ts'
import { type PreparedPostgres, preparePostgres } from './components/postgres/prepare-postgres.ts'

/** The real components that a topology runs. */
export function componentsOf(topology: Topology): ComponentName[] {
  return topology.parts.flatMap(({ program }) =>
    'component' in program && program.component in components ? [program.component as ComponentName] : [],
  )
}

export interface ProgramsOptions {
  resolved: ReadonlyMap<ComponentName, ResolvedComponent>
  /** How Firedrill starts itself: `[node, firedrill.js, 'serve']`; the service's name is appended. */
  serve: readonly [string, ...string[]]
  dataFolder: string
  postgresPassword: string
  stackId: string
  stateFolder: string
  signal?: AbortSignal
}

/** Turns parts into commands of this machine. PostgreSQL's data is prepared once, before anything starts. */
export async function preparePrograms(options: ProgramsOptions): Promise<{
  command(part: Part, launch: Launch): Promise<Command>
  notices: string[]
  /** Folders outside the data folder that parts write to. */
  folders: string[]
}> {
  const { resolved, serve, dataFolder, postgresPassword, stackId, stateFolder, signal } = options
  const component = resolved.get('postgres')
  let postgres: PreparedPostgres | undefined
  if (component !== undefined) {
    postgres = await preparePostgres({
      component,
      dataDir: join(dataFolder, 'postgres'),
      password: postgresPassword,
      stackId,
      stateFolder,
      ...defined({ signal }),
    })
  }
  return {
    notices: postgres?.note === undefined ? [] : [postgres.note],
    folders: postgres === undefined ? [] : [postgres.dataDir],
    command: async ({ program }, { args, env }) => {
      if ('command' in program)
        return { program: program.command[0], args: [...program.command.slice(1), ...args], env }
      if ('serve' in program) return { program: serve[0], args: [...serve.slice(1), program.serve, ...args], env }
      if (program.component === 'postgres' && postgres !== undefined) {
        const { command, args: own, env: ownEnv, cwd, uid, gid } = postgres
        return {
          program: command,
          args: [...own, ...args],
          env: { ...ownEnv, ...env },
          cwd,
          ...defined({ uid, gid }),
        }
      }
      const name = program.component as ComponentName
      return runComponent(name, resolved.get(name), { args, env })
    },
  }
}

function runComponent(name: ComponentName, component: ResolvedComponent | undefined, { args, env }: Launch): Command {
  const program = component?.programs[definitionOf(name).server]
  if (component === undefined || program === undefined) throw new Error(`component ${name} was not resolved`)
  return {
    program,
    args: [...(component.subcommand === undefined ? [] : [component.subcommand]), ...args, ...component.args],
    env: { ...component.env, ...env },
    ...defined({ cwd: component.cwd }),
  }
}
