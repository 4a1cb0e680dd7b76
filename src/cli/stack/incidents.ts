import { type AddCommand, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addIncidents: AddCommand = (program, signal) => {
  const incidents = program
    .command('incidents')
    .summary('the alerts that the responder received, its decisions and its actions')
    .description(
      'Lists the incidents, the latest last: the alert, the action and its result. Asks the stack, or, when no stack is up,\nreads the incident log in the state folder.',
    )
    .option('--open', 'only incidents whose alert is not resolved', false)
    .addHelpText(
      'after',
      `
Status: waiting, acting and verifying are in progress; helped: the repair showed its effect; escalated: left to a person;
ignored: the policy has no rule for it; dry_run: the action was only recorded; resolved: the alert is resolved.
`,
    )
    .action(async (options: { open: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const { readIncidents } = await import('../../api/client/read-incidents.ts')
      const all = (await readIncidents(folder)).map(({ incident }) => incident)
      const shown = options.open ? all.filter(({ resolvedAtMs }) => resolvedAtMs === undefined) : all
      if (json) return printJson(shown)
      const { incidentTable } = await import('../tables/incident-table.ts')
      for (const line of incidentTable(shown, process.stdout)) print(line)
      if (shown.length === 0) note('no incidents')
    })
  incidents
    .command('show')
    .summary('one incident as a timeline')
    .description(
      'Shows one incident from the first alert to its end: every decision, also decisions not to act, and why.',
    )
    .argument('<number>', 'its number, or its id')
    .action(async (name: string, _options, command) => {
      const { folder, json } = readContext(command, signal)
      const { readIncident } = await import('../../api/client/read-incidents.ts')
      const story = await readIncident(folder, name)
      if (json) return printJson(story)
      const { storyLines } = await import('../tables/incident-table.ts')
      for (const line of storyLines(story, process.stdout)) print(line)
    })
}
