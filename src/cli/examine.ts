import { findControl } from '../api/stack-files/control-file.ts'
import { defined } from '../base/defined.ts'
import { definitionOf } from '../runtimes/native/components/all/components.ts'
import { inspectComponents } from '../runtimes/native/components/inspect.ts'
import { findSetpriv } from '../runtimes/native/process/command.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'

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

export async function doctorFindings(folder: StateFolder, signal: AbortSignal): Promise<DoctorFinding[]> {
  const plain = { tried: [], help: [] }
  const findings: DoctorFinding[] = [
    { name: 'node', status: 'ok', detail: `${process.versions.node} at ${process.execPath}`, ...plain },
  ]
  for (const { component, found, tried, conclusive, fetchable, help } of await inspectComponents({ signal })) {
    const places = tried.map(({ place, reason }) => `${place}: ${reason}`)
    if (found !== undefined) {
      const path = found.programs[definitionOf(component).server] ?? ''
      findings.push({
        name: component,
        status: 'ok',
        detail: `${found.version} from ${found.source}, ${path}`,
        tried: places,
        help,
        command: {
          program: path,
          args: [...(found.subcommand === undefined ? [] : [found.subcommand]), ...found.args],
          env: found.env,
          ...defined({ cwd: found.cwd }),
        },
      })
    } else if (fetchable) {
      const detail = 'not here yet; fetched at the next `firedrill up`, or now: firedrill doctor --fix'
      findings.push({ name: component, status: 'note', detail, tried: places, help })
    } else if (definitionOf(component).optional && !conclusive) {
      const detail = `not here: ${definitionOf(component).optional}`
      findings.push({ name: component, status: 'note', detail, tried: places, help })
    } else findings.push({ name: component, status: 'bad', detail: 'not available here', tried: places, help })
  }
  const setpriv = findSetpriv()
  findings.push(
    setpriv === undefined
      ? {
          name: 'setpriv',
          status: 'note',
          detail: 'not found: if control is killed with -9, its processes live on until the next start ends them',
          tried: [],
          help: process.platform === 'linux' ? ['apt-get install util-linux'] : [],
        }
      : { name: 'setpriv', status: 'ok', detail: `${setpriv}: nothing outlives a killed control process`, ...plain },
  )
  const control = await findControl(folder)
  findings.push({
    name: 'stack',
    status: 'ok',
    detail:
      control === undefined
        ? `none is up in ${folder.path}`
        : `up at ${control.url ?? '(starting)'}, state in ${folder.path}`,
    ...plain,
  })
  return findings
}
