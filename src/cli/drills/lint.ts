import { join } from 'node:path'
import { Option } from 'commander'
import type { LintFinding } from '../../lint/finding.ts'
import { profiles } from '../../stack/profile.ts'
import { choose } from '../arguments/choice.ts'
import { type AddCommand, finish, readContext } from '../command.ts'
import { findPrometheus } from '../live-prometheus.ts'
import { findingLines } from '../tables/finding-lines.ts'
import { print, printJson } from '../terminal/output.ts'

/** Bound of one question to Prometheus, in milliseconds: all series of a large one take their time. */
const PROMETHEUS_TIMEOUT_MS = 15_000

export const addLint: AddCommand = (program, signal) => {
  program
    .command('lint')
    .summary('find alerts that can never fire here')
    .description(
      `Checks Prometheus rules for what keeps an alert from ever firing: series, labels and values that do not exist, operands that
never match, comparisons that never hold, windows without samples, templates that name a missing label; and for what Prometheus
does not load at all. What is not certain is no finding; docs/lint.md has an example of each kind. Reads rule files,
PrometheusRule, ConfigMap, and folders of them.
Without files: the rules that ship and those of the objectives. Lists everything at once, with file and line, and exits with 2
when there is something to find, or when there are no rules.`,
    )
    .argument(
      '[files...]',
      'rule files, or folders of them; the rules of the stack when left out, with --live those that are loaded',
    )
    .option('--system <file>', 'ask the Prometheus of a system that is not ours, as the file tells; the same as --live')
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
    .action(
      async (
        files: string[],
        options: { live: boolean; system?: string; anySeries: boolean; profile: string },
        command,
      ) => {
        const { json, folder } = readContext(command, signal)
        const [{ lint }, { readRuleFiles }] = await Promise.all([
          import('../../lint/lint.ts'),
          import('../arguments/rule-files.ts'),
        ])
        const profile = choose(profiles, options.profile, 'profile')
        const { evaluationMs } = profile.timing
        const given = files.length > 0 ? await readRuleFiles(files, evaluationMs) : undefined
        const live = options.live || options.system !== undefined
        const { rules: own, knowledge } = live ? await askLive() : await askNobody()
        const { rules, findings: read, passedOver } = given ?? { rules: own, findings: [], passedOver: [] }
        const findings = [...read, ...lint(rules, knowledge)].sort(byPlace(files))
        if (findings.length > 0 || rules.length === 0) finish('usage')
        if (json) return printJson({ rules: rules.length, findings, passedOver })
        for (const line of findingLines(rules.length, findings, passedOver)) print(line)

        async function askLive() {
          const { readKnowledge } = await import('../../probes/live-knowledge.ts')
          const prometheus = await findPrometheus(options.system, folder)
          const bounds = { timeoutMs: PROMETHEUS_TIMEOUT_MS, signal }
          const [loaded, known] = await Promise.all([
            prometheus.rules(bounds),
            readKnowledge(prometheus, { ...bounds, nowMs: Date.now() }),
          ])
          return { rules: loaded, knowledge: known }
        }

        async function askNobody() {
          const [{ shippedKnowledge }, { ANY_SERIES }, { stackRules }] = await Promise.all([
            import('../../lint/knowledge/shipped-knowledge.ts'),
            import('../../lint/knowledge/any-series.ts'),
            import('../stack-rules.ts'),
          ])
          return {
            rules: files.length > 0 ? [] : await stackRules(profile, process.env),
            knowledge: options.anySeries ? ANY_SERIES : shippedKnowledge(profile),
          }
        }
      },
    )
}

/** Findings of one file stand together, in the order of its lines. */
function byPlace(files: readonly string[]) {
  const rankOf = ({ file = '' }: LintFinding) =>
    files.findIndex((path) => file === path || file.startsWith(join(path, '/')))
  return (a: LintFinding, b: LintFinding): number =>
    rankOf(a) - rankOf(b) ||
    (a.file ?? '').localeCompare(b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
}
