import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import { collect } from '../arguments/collect.ts'
import { readSettings } from '../arguments/read-settings.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { print, printJson } from '../terminal/output.ts'
import { addDiscover } from './system/discover.ts'
import { addRole } from './system/role.ts'
import { addUndo } from './system/undo.ts'

export const addSystem: AddCommand = (program, signal) => {
  const command = program
    .command('system')
    .summary('a system that is not ours, described in firedrill.yaml')
    .description(
      'Drills, load and lint work on any system with Prometheus and Alertmanager: a file names their URLs, the services, and how each is\nstarted. docs/foreign-systems.md walks through it.',
    )
  command
    .command('check')
    .summary('look at everything that the file names, and touch nothing')
    .description(
      'Reaches Prometheus, Alertmanager and each service, finds each process and container, and says which targets the labels match.\nExits with 6 when drills would not work.',
    )
    .argument('[file]', 'the description', SYSTEM_FILE)
    .option('--prove', PROVE, false)
    .option('--label <name=value>', 'with --prove: a label of the synthetic alert; repeatable', collect, [])
    .action(async (file: string, options: CheckOptions, own) => {
      const { json } = readContext(own, signal)
      const [{ readSystem }, { inspectSystem }, { checkLines }] = await Promise.all([
        import('../../foreign/file/system-file.ts'),
        import('../../foreign/monitoring/inspect-system.ts'),
        import('../tables/check-lines.ts'),
      ])
      const findings = await inspectSystem(await readSystem(file), { signal, prove: readLabels(options) })
      if (findings.some(({ status }) => status === 'bad')) finish('unavailable')
      if (json) return printJson({ findings })
      for (const { paste = [], ...finding } of findings) {
        for (const line of [...checkLines(finding, { nameWidth: 14 }), ...paste]) print(line)
      }
    })
  addDiscover(command, signal)
  addRole(command, signal)
  command
    .command('proxy')
    .summary('run the fault proxy of the links that the file names, until it is stopped')
    .description(
      'Listens where each link says, and passes everything on to its upstream, so that drills can harm the connection. Services connect\nthrough it all the time: run it for as long as the system, by the same service manager.',
    )
    .argument('[file]', 'the description', SYSTEM_FILE)
    .action(async (file: string) => {
      const [{ createLogger }, { readSystem }, { runLinks }, { inSmallHeap }] = await Promise.all([
        import('../../telemetry/logger.ts'),
        import('../../foreign/file/system-file.ts'),
        import('../../foreign/links/run-links.ts'),
        import('../../services/small-heap.ts'),
      ])
      const logger = createLogger('proxy')
      const running = await inSmallHeap(async () => runLinks(await readSystem(file), logger))
      logger.info({ address: running.address }, 'listening')
      if (!signal.aborted)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      logger.info('stopping')
      await running.close()
    })
  addUndo(command, signal)
}

const PROVE =
  'post a synthetic alert to Alertmanager, and wait for the copy of its notification; those whom its labels lead to are notified too'

interface CheckOptions {
  prove: boolean
  label: string[]
}

/** @throws FD_USAGE */
function readLabels({ prove, label }: CheckOptions): Record<string, string> | undefined {
  const labels = readSettings(label, { where: '--label', example: 'severity=critical' })
  return prove ? labels : undefined
}
