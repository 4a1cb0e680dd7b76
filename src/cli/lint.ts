import { Option } from 'commander'
import { fileLimits, readUserFile } from '../base/user-file.ts'
import { profiles } from '../stack/profile.ts'
import { choose } from './choice.ts'
import { type AddCommand, finish, readContext } from './command.ts'
import { findingLines } from './finding-lines.ts'
import { findPrometheus } from './live-prometheus.ts'
import { print, printJson } from './output.ts'

/** Bound of one question to Prometheus, in milliseconds: all series of a large one take their time. */
const PROMETHEUS_TIMEOUT_MS = 15_000

export const addLint: AddCommand = (program, signal) => {
  program
    .command('lint')
    .summary('find alerts that can never fire here')
    .description(
      `Checks Prometheus rules for what keeps an alert from ever firing: a series or a label that does not exist, a window too narrow to
hold two samples, a comparison that never holds, a wait longer than samples are kept, a template that names a missing label.
Without files: the rules that ship. Exits with 2 when there is something to find; all of it is told at once.`,
    )
    .argument(
      '[files...]',
      'Prometheus rule files; the rules that ship when left out, with --live those that are loaded',
    )
    .option('--system <file>', 'ask the Prometheus of a system that is not ours, as the file tells; the same as --live')
    .option('--live', 'ask the running stack which series, labels and scrape intervals there are', false)
    .addOption(
      new Option('--profile <name>', 'the clock that is assumed without --live')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .action(async (files: string[], options: { live: boolean; system?: string; profile: string }, command) => {
      const { json, folder } = readContext(command, signal)
      const [{ lint }, { readRules }] = await Promise.all([import('../lint/lint.ts'), import('../lint/rule-file.ts')])
      const profile = choose(profiles, options.profile, 'profile')
      const { evaluationMs } = profile.timing
      const { written: maxBytes } = fileLimits
      const texts = await Promise.all(
        files.map(async (file) => ({ file, text: await readUserFile(file, { maxBytes }) })),
      )
      const given = texts.flatMap(({ file, text }) => readRules(text, evaluationMs, file))
      const { rules, knowledge } = options.live || options.system !== undefined ? await askLive() : await askNobody()
      const checked = files.length > 0 ? given : rules
      const findings = lint(checked, knowledge)
      if (findings.length > 0) finish('usage')
      if (json) return printJson({ rules: checked.length, findings })
      for (const line of findingLines(checked, findings)) print(line)

      async function askLive() {
        const { readKnowledge } = await import('../probes/live-knowledge.ts')
        const prometheus = await findPrometheus(options.system, folder)
        const bounds = { timeoutMs: PROMETHEUS_TIMEOUT_MS, signal }
        const [loaded, known] = await Promise.all([
          prometheus.rules(bounds),
          readKnowledge(prometheus, { ...bounds, nowMs: Date.now() }),
        ])
        return { rules: loaded, knowledge: known }
      }

      async function askNobody() {
        const [{ shippedKnowledge }, { renderAll }, { describeStack }] = await Promise.all([
          import('../lint/shipped-knowledge.ts'),
          import('../stack/preferred-context.ts'),
          import('../stack/topology.ts'),
        ])
        const shipped = [...renderAll(describeStack(profile))].filter(([name]) => name.startsWith('rules/'))
        return {
          rules: shipped.flatMap(([name, text]) => readRules(text, evaluationMs, name)),
          knowledge: shippedKnowledge(profile),
        }
      }
    })
}
