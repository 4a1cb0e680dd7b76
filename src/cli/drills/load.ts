import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { Option } from 'commander'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { checkUserOutput } from '../../base/files/user-output.ts'
import type { LoadResult, LoadState, Outcome } from '../../load/result/result.ts'
import { type LoadFlags, levelNames, readLoadFlags, shapeNames } from '../arguments/load-options.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { cliErrors } from '../errors.ts'
import type { Exit } from '../exit-codes.ts'
import { LiveScreen } from '../terminal/live-screen.ts'
import { note, print, printJson, usesColour } from '../terminal/output.ts'
import { addLoadCompare } from './load-compare.ts'

const GRACE_MS = 5_000
/** Seconds between two lines where no table can be drawn. */
const PLAIN_EVERY = 5

const EXIT_BY_OUTCOME = {
  passed: 'ok',
  failed: 'deviated',
  saturated: 'inconclusive',
  stopped: 'aborted',
  broken: 'errored',
} as const satisfies Record<Outcome, Exit>

export const addLoad: AddCommand = (program, signal) => {
  const command = program
    .command('load')
    .summary('put load on the stack or on a URL, live, with a report')
    .description(
      'Runs virtual users against the stack that is up, or against a URL, shows the figures live and writes a report (HTML,\nJSON, CSV). Closed model: a fixed number of users (--users). Open model: a rate of arrivals (--rate), whose latency\ncounts from when each was due, so that a system that stands still cannot hide it.',
    )
    .argument('[target]', 'URL; the stack that is up when left out')
    .option('--journey <name|path>', 'what users do: one that ships, or a module of your own', 'browse')
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
    .option('--out <folder>', 'where the report goes; a folder of the state folder when left out')
    .option('--workers <n>', 'threads, each of which can fill a core', '1')
    .option('--seed <n>', 'seed of all that is random; chosen and printed when left out')
    .option('--allow-remote', 'load a target that is not on this machine', false)
    .option('--insecure', 'do not check certificates', false)
    .option('--ca <file>', 'certificates of authorities to trust (PEM)')
    .addHelpText(
      'after',
      `
Thresholds: p50, p90, p95, p99, p99.9, max, mean ("p95<200ms"), errors ("errors<1%"), checks ("checks>99%"), rate
("rate>100/s"); of one endpoint: "p99{GET /items}<1s".
Shapes: constant; stepped, five equal steps; ramp, from nothing; spike, a fifth of the rate and all of it in the middle.
Exit: 0 passed, 3 a threshold is not met, 4 the generator was saturated (the figures prove nothing), 5 stopped by Ctrl-C
(with a report), 1 the journey's own code failed.

  firedrill load --level medium --threshold 'p95<200ms' --threshold 'errors<1%'
  firedrill load http://127.0.0.1:3000 --journey ./checkout.ts --rate 500 --shape spike --duration 2m
`,
    )
    .action(async (target: string | undefined, flags: LoadFlags, command) => {
      const context = readContext(command, signal)
      const { underLever } = await import('../under-lever.ts')
      const { underWay } = await import('../../runtimes/native/state/under-way.ts')
      const elsewhere = target === undefined ? {} : { elsewhere: true as const }
      for (const one of target === undefined ? underWay(context.folder) : []) {
        if (one.kind === 'run' && !one.elsewhere)
          note(
            `a run is under way on this stack: ${one.name}, process ${one.process.pid}; what it breaks is in the figures`,
          )
      }
      await underLever(context, { kind: 'load', name: flags.journey, ...elsewhere }, (stopped) =>
        load(target, flags, { folder: context.folder, json: context.json, signal: stopped }),
      )
    })
  addLoadCompare(command, signal)
}

async function load(target: string | undefined, flags: LoadFlags, context: CommandContext): Promise<void> {
  const { signal, json, folder } = context
  const parsed = readLoadFlags(flags)
  const [
    { readThresholds },
    { readJourney },
    { runLoad },
    { plainLine, resultLines, stateLines },
    { writeLoadReport },
    { openLoadFeed },
  ] = await Promise.all([
    import('../../load/result/thresholds.ts'),
    import('../../load/journey/read-journey.ts'),
    import('../../load/run-load.ts'),
    import('../../reporters/load/table.ts'),
    import('../load-report.ts'),
    import('../load-feed.ts'),
  ])
  const thresholds = readThresholds(flags.threshold)
  const journey = await readJourney(flags.journey)
  const origins = target === undefined ? await stackOrigins(context, journey.service) : [readTarget(target)]
  const [first, ...others] = origins
  if (first === undefined) throw new Error('a load has a target')
  const ca = flags.ca === undefined ? undefined : await readUserFile(flags.ca, { maxBytes: fileLimits.written })

  if (ca !== undefined) checkAuthorities(ca)
  if (flags.out !== undefined) await checkUserOutput(join(flags.out, 'result.json'))

  const live = process.stderr.isTTY === true && !json ? new LiveScreen(process.stderr) : undefined
  const feed = await openLoadFeed(folder, origins)
  const show = (state: LoadState) => {
    feed.tell(state, false)
    if (live !== undefined) live.draw(stateLines(state, { color: usesColour(process.stderr) }))
    else if (state.history.length % PLAIN_EVERY === 0) note(plainLine(state))
  }
  if (live === undefined) note(`load ${flags.journey} → ${first}, seed ${parsed.seed}`)
  let result: LoadResult
  try {
    result = await runLoad({
      ...parsed,
      journey: flags.journey,
      origins: [first, ...others],
      thresholds,
      abortOnFail: flags.abortOnFail,
      graceMs: GRACE_MS,
      network: { allowRemote: flags.allowRemote, insecure: flags.insecure, ca },
      signal,
      onState: show,
    })
  } finally {
    live?.clear()
  }
  feed.tell(result, true)
  const out = flags.out ?? join(folder.loads, stampOf(result))
  await writeLoadReport(out, result)
  await feed.close()
  finish(EXIT_BY_OUTCOME[result.outcome])
  if (json) return printJson(result)
  for (const line of resultLines(result, { color: usesColour(process.stdout), folder: out })) print(line)
}

/** Every replica of the journey's service. */
async function stackOrigins({ folder }: CommandContext, service: string | undefined): Promise<string[]> {
  if (service === undefined) {
    throw cliErrors.error('FD_USAGE', {
      message: 'the journey names no service of the stack',
      where: '--journey',
      expected: 'a target URL, or a journey with a `service`',
    })
  }
  const { connectControl } = await import('../../api/client/connect-control.ts')
  const stack = await (await connectControl(folder)).stack()
  const replicas = stack.services.find(({ name }) => name === service)?.replicas ?? []
  if (replicas.length > 0) return replicas.map(({ address }) => `http://${address.host}:${address.port}`)
  throw cliErrors.error('FD_USAGE', {
    message: `the stack has no replica of ${service}, which the journey wants`,
    where: '--journey',
    expected: `one of ${stack.services.map(({ name }) => name).join(', ')}`,
  })
}

/** @throws FD_USAGE when it holds no certificate: then none would be trusted, and each request would fail. */
function checkAuthorities(pem: string): void {
  try {
    new X509Certificate(pem)
  } catch (cause) {
    throw cliErrors.error('FD_USAGE', {
      message: 'this holds no certificate',
      where: '--ca',
      expected: 'certificates in PEM: -----BEGIN CERTIFICATE-----',
      cause,
    })
  }
}

function readTarget(target: string): string {
  const url = URL.canParse(target) ? new URL(target) : undefined
  const plain = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  if (plain && (url.protocol === 'http:' || url.protocol === 'https:')) return url.origin
  throw cliErrors.error('FD_USAGE', {
    message: 'the target is no URL that can be loaded',
    expected: "http:// or https://, a host and perhaps a port; paths are the journey's",
    given: target,
  })
}

function stampOf({ startedAtMs, setting }: LoadResult): string {
  const name = setting.journey
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '')
    .replaceAll(/[^\w-]/g, '-')
  return `${new Date(startedAtMs).toISOString().replaceAll(/[:.]/g, '-')}-${name}`
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}
