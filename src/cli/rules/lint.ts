import { Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { profiles } from '../../stack/profile.ts'
import type { LintResult } from '../../workflows/rules/lint-rules.ts'
import { collect } from '../arguments/collect.ts'
import { readLabels } from '../arguments/read-labels.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import type { Exit } from '../exit-codes.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addLint: AddCommand = (program, signal) => {
  program
    .command('lint')
    .summary('find alerts that can never fire here, or that reach nobody')
    .description(
      `Checks Prometheus rules for everything that keeps an alert from ever firing: series, labels and values that do not exist, operands
that never match, comparisons that never hold, windows without samples, templates that name a missing label; and for what Prometheus
does not load at all. Alertmanager's routes too: one that no alert reaches, an alert that no route takes, one that arrives twice. Only what is certain is a finding; docs/lint.md has an example of each kind. Reads rule files,
PrometheusRule, ConfigMap, and folders of them.
Without files: the rules that ship and those of the objectives. Reports everything at once, with file and line. Exits with 3
when there is a finding, and with 2 when there are no rules.`,
    )
    .argument(
      '[files...]',
      'rule files, or folders of them; the rules of the stack when left out, with --live those that are loaded',
    )
    .option('--system <file>', 'ask the Prometheus of the foreign system that this file describes; implies --live')
    .option(
      '--config <file>',
      "Alertmanager's configuration: where do its routes send the alerts? Without files and without it, that of the stack or system",
    )
    .option(
      '--external-label <name=value>',
      'a label that Prometheus adds to each alert, with --config; repeatable',
      collect,
      [],
    )
    .option('--live', 'ask the running stack which series, labels and scrape intervals there are', false)
    .addOption(
      new Option(
        '--any-series',
        'the rules are for a system that cannot be asked: any series may exist there; not with --live or --system',
      )
        .default(false)
        .conflicts(['live', 'system']),
    )
    .addOption(
      new Option('--profile <name>', 'the clock that is assumed without --live')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .action(async (files: string[], options: LintOptions, command) => {
      const { json, folder } = readContext(command, signal)
      const [{ lintRules }, { findingLines }] = await Promise.all([
        import('../../workflows/rules/lint-rules.ts'),
        import('../tables/finding-lines.ts'),
      ])
      const live = options.live || options.system !== undefined
      const profile = choose(profiles, options.profile, 'profile')
      const external = readLabels('--external-label', options.externalLabel)
      const result = await lintRules({ ...options, files, live, profile, external }, { folder, signal })
      finish(lintExit(result))
      if (json) return printJson(result)
      for (const line of result.notes) note(line)
      for (const line of findingLines(result.rules, result.findings, result.passedOver)) print(line)
    })
}

/** Where no rule stands where rules were looked for, nothing was checked: a wrong path, or an empty folder. */
export function lintExit({ rules, findings }: Pick<LintResult, 'rules' | 'findings'>): Exit {
  if (rules === 0 && findings.every(({ kind }) => kind === 'not read')) return 'usage'
  return findings.length > 0 ? 'deviated' : 'ok'
}

interface LintOptions {
  config?: string
  externalLabel: string[]
  live: boolean
  system?: string
  anySeries: boolean
  profile: string
}
