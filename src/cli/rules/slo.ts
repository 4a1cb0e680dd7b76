import { type Command, Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { writeUserFile } from '../../base/files/user-output.ts'
import { profiles } from '../../stack/profile.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, print, printJson, writeDocument } from '../terminal/output.ts'

export const addSlo: AddCommand = (program, signal) => {
  const slo = program
    .command('slo')
    .summary('objectives: check them, render their rules, see their budgets')
    .description(
      "Service level objectives, in Sloth's form (prometheus/v1) or OpenSLO's (openslo/v1): see docs/slos.md.",
    )
  addRender(slo, signal)
  addCheck(slo, signal)
  addStatus(slo, signal)
}

function addRender(slo: Command, signal: AbortSignal): void {
  slo
    .command('render')
    .summary("print the Prometheus rules of objectives: Sloth's own")
    .description(
      'Prints recording rules, metadata rules and burn-rate alerts as a Prometheus rule file. For a Sloth spec without plugins\nthey are the rules that Sloth writes. Without files: those of the stack, as it loads them.',
    )
    .argument('[files...]', "files or folders; the stack's own when left out")
    .addOption(
      new Option('--profile <name>', 'the clock of windows and intervals; names of series stay those of production')
        .default('production')
        .choices(Object.keys(profiles)),
    )
    .option('--absence', 'also an alert for each objective whose data vanishes (always for those of the stack)', false)
    .option('--out <file>', 'write the rules there instead of printing them')
    .action(async (files: string[], options: { profile: string; absence: boolean; out?: string }, command) => {
      const { json } = readContext(command, signal)
      const [{ loadObjectives, stackObjectives }, { objectiveRules }, { rulesYaml }, { sloRuleGroups }, settings] =
        await Promise.all([
          import('../../slo/document/load-objectives.ts'),
          import('../../slo/rules/rules.ts'),
          import('../../slo/rules/rules-yaml.ts'),
          import('../../stack/render/slo-rules.ts'),
          import('../../stack/settings.ts'),
        ])
      const clock = choose(profiles, options.profile, 'profile')
      const absence = options.absence ? { annotations: {} } : undefined
      const groups =
        files.length === 0
          ? sloRuleGroups(clock, settings.readStackSettings(process.env, await stackObjectives(process.env)))
          : objectiveRules(await loadObjectives(files), { clock, absence })
      if (options.out !== undefined) {
        await writeUserFile(options.out, rulesYaml(groups))
        note(`wrote ${options.out}`)
      } else if (!json) writeDocument(rulesYaml(groups))
      if (json) printJson({ groups })
    })
}

function addCheck(slo: Command, signal: AbortSignal): void {
  slo
    .command('check')
    .summary('read files of objectives and list what is wrong with them')
    .description('Reads files of objectives and lists them, or every mistake in them with its line (exit code 2).')
    .argument('[files...]', "files or folders; the stack's own when left out")
    .action(async (files: string[], _options, command) => {
      const { json } = readContext(command, signal)
      const { loadObjectives, stackObjectives } = await import('../../slo/document/load-objectives.ts')
      const objectives = files.length === 0 ? await stackObjectives(process.env) : await loadObjectives(files)
      if (json) return printJson({ objectives })
      for (const { service, name, targetPercent, counting, spec } of objectives) {
        print(`${service}/${name}  ${targetPercent} %, ${counting}, ${spec}`)
      }
    })
}

/** Bound of one question to Prometheus, in milliseconds. */
const PROMETHEUS_TIMEOUT_MS = 5_000

function addStatus(slo: Command, signal: AbortSignal): void {
  slo
    .command('status')
    .summary('show what is left of every error budget')
    .description(
      'Shows for every objective what the live Prometheus says: the share of good events, how much of the error budget is left,\nhow fast it burns and when it runs out at this rate. A fresh stack has not enough data yet, and says so.',
    )
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ findPrometheus }, { readBudgets }, { budgetTable, budgetNotes, differenceLines }] = await Promise.all([
        import('../../workflows/rules/live-prometheus.ts'),
        import('../../probes/budgets.ts'),
        import('../tables/budget-table.ts'),
      ])
      const budgets = await readBudgets(await findPrometheus(folder), {
        timeoutMs: PROMETHEUS_TIMEOUT_MS,
        signal,
      })
      if (json) return printJson({ budgets })
      for (const line of budgetTable(budgets, process.stdout)) print(line)
      const differences = differenceLines(budgets)
      if (differences.length > 0) print('')
      for (const line of differences) print(line)
      for (const line of budgetNotes(budgets)) note(line)
    })
}
