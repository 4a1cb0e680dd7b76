import { join } from 'node:path'
import type { IncidentStoryView, IncidentView } from '../../api/contract.ts'
import { type AddCommand, type CommandContext, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addIncidents: AddCommand = (program, signal) => {
  const incidents = program
    .command('incidents')
    .summary('what the responder heard, decided and did')
    .description(
      'Lists the incidents, the latest last: what fired, what was done about it and what came of that. Asks the stack, or, when\nnone is up, reads the incident log in the state folder.',
    )
    .option('--open', 'only those whose alert is not over', false)
    .addHelpText(
      'after',
      `
Status: waiting, acting and verifying are at work; helped: the repair showed its effect; escalated: left to a person;
ignored: the policy has no rule for it; dry_run: only said; resolved: the alert is over.
`,
    )
    .action(async (options: { open: boolean }, command) => {
      const context = readContext(command, signal)
      const all = (await readIncidents(context)).map((one) => one.incident)
      const shown = options.open ? all.filter((one) => one.resolvedAtMs === undefined) : all
      if (context.json) return printJson(shown)
      const { incidentTable } = await import('../tables/incident-table.ts')
      for (const line of incidentTable(shown, process.stdout)) print(line)
      if (shown.length === 0) note('no incidents')
    })
  incidents
    .command('show')
    .summary('one incident as a timeline')
    .description('Tells one incident from the first alert to its end: every decision, also those not to act, and why.')
    .argument('<number>', 'its number, or its id')
    .action(async (name: string, _options, command) => {
      const context = readContext(command, signal)
      const all = await readIncidents(context, name)
      const story = all.find(({ incident }) => String(incident.number) === name || incident.id === name)
      if (story === undefined) {
        const { apiErrors } = await import('../../api/errors.ts')
        throw apiErrors.error('FD_INCIDENT_UNKNOWN', {
          message: `there is no incident ${name}`,
          where: context.folder.path,
          expected: 'the number of an incident, or its id',
          next: 'firedrill incidents lists them',
        })
      }
      if (context.json) return printJson(story)
      const { storyLines } = await import('../tables/incident-table.ts')
      for (const line of storyLines(story, process.stdout)) print(line)
    })
}

/** From the stack; without one, from the log, with all that is kept of it. */
async function readIncidents({ folder }: CommandContext, only?: string): Promise<IncidentStoryView[]> {
  const [{ findStack }, { ControlClient }] = await Promise.all([
    import('../../api/stack-files/control-file.ts'),
    import('../../api/client/client.ts'),
  ])
  const url = (await findStack(folder))?.url
  if (url !== undefined) {
    const control = new ControlClient(url)
    if (only !== undefined) return [await control.incident(only)]
    return (await control.incidents()).map((incident: IncidentView) => ({ incident, timeline: [] }))
  }
  const { readIncidentLog } = await import('../../responder/incident/incident-log.ts')
  return readIncidentLog(join(folder.data, 'responder', 'incident_log.jsonl'))
}
