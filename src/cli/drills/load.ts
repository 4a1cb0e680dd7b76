import { Option } from 'commander'
import type { LoadState, Outcome } from '../../load/result/result.ts'
import { collect } from '../arguments/collect.ts'
import { type LoadFlags, levelNames, readLoadFlags, readTarget, shapeNames } from '../arguments/load-options.ts'
import { WORKER_TOKEN } from '../arguments/load-workers.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import type { Exit } from '../exit-codes.ts'
import { LiveScreen } from '../terminal/live-screen.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'
import { addLoadCompare } from './load-compare.ts'
import { addLoadWorker } from './load-worker.ts'

export const addLoad: AddCommand = (program, signal) => {
  const command = program
    .command('load')
    .summary('put load on the stack or on a URL, live, with a report')
    .description(
      'Runs virtual users against the stack that is up, or against a URL, shows the figures live and writes a report (HTML,\nJSON, CSV). Closed model: a fixed number of users (--users). Open model: a rate of arrivals (--rate), whose latency\ncounts from when each task was due, so that a system that stands still cannot hide it.',
    )
    .argument('[target]', 'URL; the stack that is up when left out')
    .option('--journey <name|path>', 'what users do: a journey that ships, or a module of your own', 'browse')
    .addOption(
      new Option('--level <name>', 'light: 50 users, 10/s; medium: 100, 10/s; heavy: 1000, 20/s').choices(levelNames),
    )
    .option('--users <n>', 'virtual users (50)')
    .option('--spawn-rate <n>', 'users started per second (10)')
    .option('--rate <n>', 'tasks per second: the open model')
    .addOption(new Option('--shape <name>', 'of the rate over time').default('constant').choices(shapeNames))
    .option('--max-users <n>', 'users at most in the open model', '1000')
    .option('--duration <time>', 'of the run', '1m')
    .option('--timeout <time>', 'of a request', '10s')
    .option('--threshold <text>', 'what must hold, such as "p95<200ms"; repeatable', collect, [])
    .option('--abort-on-fail', 'end as soon as a threshold is not met (after 5 s; not for rates)', false)
    .option('--out <folder>', 'folder of the report; a folder of the state folder when left out')
    .option(
      '--workers <n|list>',
      'threads of this process, each of which can fill a core; or workers: host1:9292,host2:9292 or kubernetes:4',
      '1',
    )
    .option('--token-from <variable>', 'environment variable that holds the token of the workers', WORKER_TOKEN)
    .option('--worker-image <image>', 'with kubernetes: the image of Firedrill that the pods run')
    .option('--worker-cpu <amount>', 'with kubernetes: CPU that each pod asks for', '1')
    .option('--context <name>', 'with kubernetes: context of kubectl; the cluster around this process when left out')
    .option('--namespace <name>', 'with kubernetes: where the pods run', 'default')
    .option('--seed <n>', 'seed of all that is random; chosen and printed when left out')
    .option('--allow-remote', 'load a target that is not on this machine', false)
    .option('--insecure', 'do not check certificates', false)
    .option('--ca <file>', 'certificates of authorities to trust (PEM)')
    .addHelpText('after', HELP)
    .action((target: string | undefined, flags: LoadFlags, action) => start(target, flags, readContext(action, signal)))
  addLoadCompare(command, signal)
  addLoadWorker(command, signal)
}

/** Seconds between two lines where no table can be drawn. */
const PLAIN_EVERY = 5

const EXIT_BY_OUTCOME = {
  passed: 'ok',
  failed: 'deviated',
  saturated: 'inconclusive',
  stopped: 'aborted',
  broken: 'errored',
} as const satisfies Record<Outcome, Exit>

const HELP = `
Thresholds: p50, p90, p95, p99, p99.9, max, mean ("p95<200ms"), errors ("errors<1%"), checks ("checks>99%"), rate
("rate>100/s"); of one endpoint: "p99{GET /items}<1s".
Shapes: constant; stepped, five equal steps; ramp, from nothing; spike, a fifth of the rate and all of it in the middle.
Exit: 0 passed, 3 a threshold is not met, 4 the generator was saturated (the figures prove nothing), 5 stopped by Ctrl-C
(with a report), 1 the journey's own code failed.

  firedrill load --level medium --threshold 'p95<200ms' --threshold 'errors<1%'
  firedrill load http://127.0.0.1:3000 --journey ./checkout.ts --rate 500 --shape spike --duration 2m
  firedrill load http://shop.example:80 --journey ./checkout.ts --users 20000 --workers load1,load2 --allow-remote
`

async function start(target: string | undefined, flags: LoadFlags, context: CommandContext): Promise<void> {
  const { folder } = context
  const [{ untilHalted }, { underWay }] = await Promise.all([
    import('../../workflows/halt/until-halted.ts'),
    import('../../runtimes/native/state/under-way.ts'),
  ])
  const elsewhere = target === undefined ? {} : { elsewhere: true as const }
  const runs =
    target === undefined ? underWay(folder).filter(({ kind, elsewhere }) => kind === 'run' && !elsewhere) : []
  for (const { name, process: of } of runs)
    note(`a run is under way on this stack: ${name}, process ${of.pid}; its faults are in the figures`)
  await untilHalted(context, { kind: 'load', name: flags.journey, ...elsewhere }, (signal) =>
    load(target, flags, { folder, json: context.json, signal }),
  )
}

async function load(
  target: string | undefined,
  flags: LoadFlags,
  { folder, json, signal }: Pick<CommandContext, 'folder' | 'json' | 'signal'>,
): Promise<void> {
  const parsed = readLoadFlags(flags)
  const origin = target === undefined ? undefined : readTarget(target)
  const [{ putLoad }, { plainLine, resultLines, stateLines }] = await Promise.all([
    import('../../workflows/put-load.ts'),
    import('../../reporters/load/table.ts'),
  ])
  const live = process.stderr.isTTY === true && !json ? new LiveScreen(process.stderr) : undefined
  const onState = (state: LoadState) => {
    if (live !== undefined) live.draw(stateLines(state, { color: usesColour(process.stderr) }))
    else if (state.history.length % PLAIN_EVERY === 0) note(plainLine(state))
  }
  const onBegin = (first: string) => {
    if (live === undefined) note(`load ${flags.journey} → ${first}, seed ${parsed.seed}`)
  }
  const request = { ...flags, ...parsed, thresholds: flags.threshold, target: origin }
  const { result, out } = await putLoad(request, { folder, signal, onBegin, onWait: note, onState }).finally(() =>
    live?.clear(),
  )
  finish(EXIT_BY_OUTCOME[result.outcome])
  if (json) return printJson(result)
  for (const line of resultLines(result, { color: usesColour(process.stdout), folder: out })) print(line)
}
