import { formatDuration, parseDuration } from '../../base/units/duration.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { type AddCommand, readContext } from '../command.ts'
import { print, printJson } from '../terminal/output.ts'

export const addMaintenance: AddCommand = (program, signal) => {
  const maintenance = program
    .command('maintenance')
    .summary('keep the responder off while you work')
    .description(
      'Stops the responder from acting while a person works. It still receives and records every alert, and takes up\nwhat still fires when the time is over. It survives a restart of the responder. Without a subcommand: what is in force.',
    )
    .action(async (_options, command) => {
      const { control, json } = await connect(readContext(command, signal))
      show((await control.maintenance()).maintenance, json)
    })
  maintenance
    .command('on')
    .summary('begin')
    .description('Begins maintenance, of everything or of one service. Beginning again changes its end.')
    .requiredOption('--for <duration>', 'how long: 10m, 1h30m; not scaled by the profile')
    .option('--service <name>', 'one service only')
    .option('--why <text>', 'the reason, for the incident log', '')
    .action(async (options: { for: string; service?: string; why: string }, command) => {
      const forMs = parseDuration(options.for)
      if (forMs === undefined || forMs <= 0) {
        throw usageErrors.error('FD_USAGE', {
          message: 'not a duration',
          where: '--for',
          expected: '10m, 1h30m',
          given: options.for,
        })
      }
      const { control, json } = await connect(readContext(command, signal))
      show((await control.maintain(options.service ?? EVERYTHING, forMs, options.why)).maintenance, json)
    })
  maintenance
    .command('off')
    .summary('end')
    .description('Ends maintenance: of one service, or the one of everything.')
    .option('--service <name>', 'the one of this service')
    .action(async (options: { service?: string }, command) => {
      const { control, json } = await connect(readContext(command, signal))
      show((await control.maintain(options.service ?? EVERYTHING, 0, '')).maintenance, json)
    })
}

const EVERYTHING = '*'

async function connect({ folder, json }: ReturnType<typeof readContext>) {
  const { connectControl } = await import('../../api/client/connect-control.ts')
  return { control: await connectControl(folder), json }
}

function show(maintenance: { service: string; untilMs: number; why: string }[], json: boolean): void {
  if (json) {
    printJson(maintenance)
    return
  }
  if (maintenance.length === 0) print('no maintenance: the responder repairs')
  for (const { service, untilMs, why } of maintenance) {
    const what = service === EVERYTHING ? 'everything' : service
    print(`maintenance of ${what} for another ${formatDuration(untilMs - Date.now())}${why === '' ? '' : `: ${why}`}`)
  }
}
