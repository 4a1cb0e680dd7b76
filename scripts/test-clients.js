// Runs the test suites of Toxiproxy's clients against the fault proxy and prints one table. Nothing of theirs is kept here:
// a suite is taken from FIREDRILL_CLIENTS/<name>, or cloned at its commit. What has to be compiled or needs packages of its
// language is run with a command that is given in FIREDRILL_CLIENT_<NAME>; docs/proxy.md says how.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const STARTED_WITHIN_MS = 30_000
const SUITE_WITHIN_MS = 10 * 60_000

/** `passes` and `of`: what Toxiproxy 2.12.0 itself gets. Without a command the suite is skipped, unless one is given. */
const suites = [
  {
    name: 'go',
    repository: 'Shopify/toxiproxy',
    commit: '3ccd6a79cbc6c6a72b884d295ad314b75cdf3962',
    passes: 49,
    of: 50,
    port: 8475,
  },
  {
    name: 'ruby',
    repository: 'Shopify/toxiproxy-ruby',
    commit: '692a1a0233f0b8f78ec2d854cec105497cb40fd1',
    passes: 43,
    of: 43,
    needs: 'ruby',
    command: 'ruby -Ilib -Itest test/toxiproxy_test.rb',
  },
  {
    name: 'php',
    repository: 'ihsw/toxiproxy-php-client',
    commit: '1bd13138f29842126fe276027d1a1c1fef3aaeb7',
    passes: 39,
    of: 39,
  },
  {
    name: 'python',
    repository: 'douglas/toxiproxy-python',
    commit: '43fedb15b1677ff9cc816b7d4ef6267c6f83f1c3',
    passes: 25,
    of: 25,
    needs: 'python3',
    command: 'python3 -m pytest -q',
  },
  {
    name: 'node',
    repository: 'ihsw/toxiproxy-node-client',
    commit: 'd70b4030aaaa323a958d66e19abb822f4ace9db5',
    passes: 18,
    of: 18,
  },
  {
    name: 'java',
    repository: 'trekawek/toxiproxy-java',
    commit: '0dcdbea269d97daf8462de90c45f50e5808fc437',
    passes: 21,
    of: 21,
  },
  {
    name: 'rust',
    repository: 'itarato/toxiproxy_rust',
    commit: 'fced85efd84382f2af41f96319661ce0c792d825',
    passes: 11,
    of: 11,
  },
]

/** What runners print at their end: how many ran and how many of them did not pass. */
const endings = [
  { runner: /(\d+) runs, \d+ assertions, (\d+) failures, (\d+) errors/, read: ([, ran, ...bad]) => [ran, ...bad] },
  {
    runner: /^Tests: +(?:(\d+) failed, )?(?:\d+ skipped, )?(?:\d+ passed, )?(\d+) total/m,
    read: ([, bad, ran]) => [ran, bad],
  },
  { runner: /^OK \((\d+) tests?/m, read: ([, ran]) => [ran] },
  {
    runner: /^Tests: (\d+), Assertions: \d+(?:, Errors: (\d+))?(?:, Failures: (\d+))?/m,
    read: ([, ran, ...bad]) => [ran, ...bad],
  },
  { runner: /^Tests run: (\d+), +Failures: (\d+)/m, read: ([, ran, bad]) => [ran, bad] },
  {
    runner: /test result: \w+\. (\d+) passed; (\d+) failed/,
    read: ([, good, bad]) => [Number(good) + Number(bad), bad],
  },
  { runner: /(?:(\d+) failed, )?(\d+) passed/, read: ([, bad = 0, good]) => [Number(good) + Number(bad), bad] },
]

const say = (text) => process.stderr.write(`test:clients: ${text}\n`)

function count(output) {
  const results = output.match(/^--- (PASS|FAIL)/gm)
  if (results !== null) return { ran: results.length, passed: results.filter((one) => one.endsWith('PASS')).length }
  for (const { runner, read } of endings) {
    const found = runner.exec(output)
    if (found === null) continue
    const [ran, ...bad] = read(found).map((number) => Number(number ?? 0))
    return { ran, passed: ran - bad.reduce((sum, one) => sum + one, 0) }
  }
  return undefined
}

/** The folder of a suite; throws when there is none and it cannot be cloned. */
function folderOf({ name, repository, commit }, scratch) {
  const given = process.env.FIREDRILL_CLIENTS
  if (given !== undefined) {
    const folder = join(given, name)
    if (existsSync(folder)) return folder
    throw new Error(`there is no ${folder}`)
  }
  const folder = join(scratch, name)
  const git = (...args) => {
    const { status } = spawnSync('git', ['-C', folder, ...args], { stdio: 'ignore', timeout: 120_000 })
    if (status !== 0)
      throw new Error(`github.com/${repository} could not be cloned: name a folder in FIREDRILL_CLIENTS`)
  }
  spawnSync('git', ['init', '-q', folder])
  git('fetch', '-q', '--depth', '1', `https://github.com/${repository}`, commit)
  git('checkout', '-q', 'FETCH_HEAD')
  return folder
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** @throws when the port is taken or the proxy does not start; no process is left then */
async function startProxy(port) {
  if (await isOpen(port)) throw new Error(`port ${port} is taken, and the suite knows no other`)
  const { HOST: _host, PROXY_TOKEN: _token, PROXY_CONFIG: _config, ...env } = process.env
  const proxy = spawn(process.execPath, ['bin/firedrill.js', 'serve', 'proxy'], {
    cwd: root,
    env: { ...env, PORT: String(port) },
    stdio: 'ignore',
  })
  const gone = once(proxy, 'exit')
  const stop = async () => {
    proxy.kill('SIGTERM')
    await gone
  }
  const untilMs = Date.now() + STARTED_WITHIN_MS
  while (!(await isOpen(port))) {
    if (proxy.exitCode !== null || Date.now() > untilMs) {
      await stop()
      throw new Error('the fault proxy did not start')
    }
    await delay(100)
  }
  return stop
}

const skipped = (why) => ({ result: `skipped: ${why}`, isSkipped: true })
const failed = (result) => ({ result, isGood: false })

/** What its row says. Skipped is only what this machine does not have: the suite, its command, its language. */
async function run(suite, scratch) {
  const { name, needs = 'sh', port = 8474 } = suite
  const variable = `FIREDRILL_CLIENT_${name.toUpperCase()}`
  const command = process.env[variable] ?? suite.command
  if (command === undefined) return skipped(`${variable} names no command`)
  if (spawnSync('sh', ['-c', `command -v ${needs}`]).status !== 0) return skipped(`there is no ${needs}`)
  let cwd
  try {
    cwd = folderOf(suite, scratch)
  } catch (error) {
    return skipped(error.message)
  }
  let stop
  try {
    stop = await startProxy(port)
  } catch (error) {
    return failed(error.message)
  }
  try {
    return runSuite(suite, { command, cwd, port })
  } finally {
    await stop()
  }
}

function runSuite({ name, passes, of }, { command, cwd, port }) {
  say(`${name}: ${command}`)
  const { stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd,
    env: { ...process.env, TOXIPROXY_HOST: '127.0.0.1', TOXIPROXY_PORT: String(port) },
    timeout: SUITE_WITHIN_MS,
    encoding: 'utf8',
  })
  const counted = count(`${stdout}\n${stderr}`)
  if (counted === undefined) {
    say(`${name} ended so:\n${`${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n')}`)
    return failed('no tests ran')
  }
  const isGood = counted.ran === of && counted.passed >= passes
  return { result: `${counted.passed} of ${counted.ran}${isGood ? '' : ', not as with Toxiproxy'}`, isGood }
}

const scratch = mkdtempSync(join(tmpdir(), 'firedrill-clients-'))
const rows = []
try {
  for (const suite of suites) rows.push({ ...suite, ...(await run(suite, scratch)) })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
const cells = [
  ['suite', 'repository', 'with Toxiproxy', 'with the fault proxy'],
  ...rows.map(({ name, repository, passes, of, result }) => [name, repository, `${passes} of ${of}`, result]),
]
const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)))
for (const row of cells)
  process.stdout.write(
    `${row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd()}\n`,
  )
const ran = rows.filter(({ isSkipped }) => !isSkipped)
if (ran.length === 0) say('no suite ran')
process.exitCode = ran.length > 0 && ran.every(({ isGood }) => isGood) ? 0 : 1
