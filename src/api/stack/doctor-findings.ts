import { defined } from '../../base/defined.ts'
import { findSetpriv } from '../../base/system/command.ts'
import { definitionOf } from '../../runtimes/native/components/all/components.ts'
import { inspectComponents } from '../../runtimes/native/components/inspect.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { findControl } from '../stack-files/control-file.ts'

/** The findings of `firedrill doctor`. */

const WITHOUT_HELP = { tried: [], help: [] }

/** What this machine has of what Firedrill needs: Node, every component, setpriv; and whether a stack is up. */
export async function doctorFindings(folder: StateFolder, signal: AbortSignal): Promise<DoctorFinding[]> {
  const components = await inspectComponents({ signal })
  return [
    { name: 'node', status: 'ok', detail: `${process.versions.node} at ${process.execPath}`, ...WITHOUT_HELP },
    ...components.map(componentFinding),
    setprivFinding(),
    await stackFinding(folder),
  ]
}

/** One thing Firedrill needs. `note`: it works, but differently from the best case, or will be fetched. */
export interface DoctorFinding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  tried: string[]
  help: string[]
  /** How a component that was found is started; its own arguments come behind these. */
  command?: { program: string; args: readonly string[]; env: Readonly<Record<string, string>>; cwd?: string }
}

function componentFinding({
  component,
  found,
  tried,
  conclusive,
  fetchable,
  help,
}: Awaited<ReturnType<typeof inspectComponents>>[number]): DoctorFinding {
  const { server, optional } = definitionOf(component)
  const about = { name: component, tried: tried.map(({ place, reason }) => `${place}: ${reason}`), help }
  if (found !== undefined) {
    const path = found.programs[server] ?? ''
    const args = [...(found.subcommand === undefined ? [] : [found.subcommand]), ...found.args]
    return {
      ...about,
      status: 'ok',
      detail: `${found.version} from ${found.source}, ${path}`,
      command: { program: path, args, env: found.env, ...defined({ cwd: found.cwd }) },
    }
  }
  if (fetchable) {
    const detail = 'not here yet; fetched at the next `firedrill up`, or now: firedrill doctor --fix'
    return { ...about, status: 'note', detail }
  }
  if (optional && !conclusive) return { ...about, status: 'note', detail: `not here: ${optional}` }
  return { ...about, status: 'bad', detail: 'not available here' }
}

function setprivFinding(): DoctorFinding {
  const setpriv = findSetpriv()
  if (setpriv !== undefined) {
    const detail = `${setpriv}: nothing outlives a killed control process`
    return { name: 'setpriv', status: 'ok', detail, ...WITHOUT_HELP }
  }
  return {
    name: 'setpriv',
    status: 'note',
    detail: 'not found: if control is killed with -9, its processes live on until the next start ends them',
    tried: [],
    help: process.platform === 'linux' ? ['apt-get install util-linux'] : [],
  }
}

async function stackFinding(folder: StateFolder): Promise<DoctorFinding> {
  const control = await findControl(folder)
  const detail =
    control === undefined
      ? `no stack is up in ${folder.path}`
      : `up at ${control.url ?? '(starting)'}, state in ${folder.path}`
  return { name: 'stack', status: 'ok', detail, ...WITHOUT_HELP }
}
