// Starts the whole system: Prometheus, Alertmanager, and the shop, which is started again when it has been gone for a while, as a
// service manager would (systemd: Restart=always, RestartSec=6). Ctrl-C ends all of it.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { delimiter, join } from 'node:path'

const RESTART_AFTER_MS = 6_000
const LOOK_EVERY_MS = 250

process.chdir(import.meta.dirname)
mkdirSync('run', { recursive: true })

const prometheus = run('prometheus', [
  `--config.file=${join(import.meta.dirname, 'prometheus/prometheus.yml')}`,
  `--storage.tsdb.path=${join(import.meta.dirname, 'run/prometheus')}`,
  '--web.listen-address=127.0.0.1:9390',
])
const alertmanager = run('alertmanager', [
  `--config.file=${join(import.meta.dirname, 'alertmanager/alertmanager.yml')}`,
  `--storage.path=${join(import.meta.dirname, 'run/alertmanager')}`,
  '--web.listen-address=127.0.0.1:9393',
  '--cluster.listen-address=',
])
startPager()
startShop()
process.stdout.write(
  'the shop: http://127.0.0.1:3900  Prometheus: http://127.0.0.1:9390  Alertmanager: http://127.0.0.1:9393\n',
)

// Looks at the pid file rather than at its own child: the shop may have been started by somebody else.
let goneSinceMs
setInterval(() => {
  const nowMs = Date.now()
  if (shopPid() !== undefined) goneSinceMs = undefined
  else goneSinceMs ??= nowMs
  if (goneSinceMs === undefined || nowMs - goneSinceMs < RESTART_AFTER_MS) return
  process.stdout.write('the shop is gone: starting it again\n')
  startShop()
  goneSinceMs = nowMs
}, LOOK_EVERY_MS)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const pid of [prometheus.pid, alertmanager.pid, shopPid()]) if (pid !== undefined) process.kill(pid, 'SIGTERM')
    process.exit(0)
  })
}

/** Stands for the pager of a person: prints what Alertmanager notifies of. */
function startPager() {
  const pager = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    for (const { status, labels } of JSON.parse(text).alerts)
      process.stdout.write(`pager: ${labels.alertname} ${status}\n`)
    response.end()
  })
  pager.listen(9395, '127.0.0.1')
}

function startShop() {
  const log = openSync('run/shop.log', 'a')
  spawn(process.execPath, ['shop.js'], { stdio: ['ignore', log, log], detached: true }).unref()
}

/** The shop's pid while it runs. */
function shopPid() {
  try {
    const pid = Number(readFileSync('run/shop.pid', 'utf8'))
    // Without a number in it the file means nobody, and a signal to 0 would end this program, too.
    return pid > 0 && process.kill(pid, 0) ? pid : undefined
  } catch {
    return undefined
  }
}

/** Starts a program from PATH, or the one that Firedrill has fetched for its own stack. */
function run(name, args) {
  const found = onPath(name) ?? fromFiredrill(name)
  const log = openSync(`run/${name}.log`, 'a')
  const child = spawn(found.program, [...found.args, ...args], {
    cwd: found.cwd,
    env: { ...process.env, ...found.env },
    stdio: ['ignore', log, log],
  })
  child.on('exit', (code) => {
    process.stderr.write(`${name} ended with ${code}; its output is in run/${name}.log\n`)
    process.exit(1)
  })
  return child
}

function onPath(name) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const program = places.find((path) => existsSync(path))
  return program === undefined ? undefined : { program, args: [], env: {} }
}

/** `firedrill doctor --json` says how each component is started: that of the clone this example is in, else the one on PATH. */
function fromFiredrill(name) {
  const inClone = join(import.meta.dirname, '../../bin/firedrill.js')
  const [program, ...args] = existsSync(inClone) ? [process.execPath, inClone] : ['firedrill']
  let report
  try {
    report = execFileSync(program, [...args, 'doctor', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  } catch (error) {
    // It ends with 6 when something else is missing, and says all the same.
    report = error.stdout
  }
  const { findings } = JSON.parse(String(report || '{"findings":[]}'))
  const command = findings.find((finding) => finding.name === name)?.command
  if (command !== undefined) return command
  process.stderr.write(`${name} is neither on PATH nor fetched yet: install it, or run firedrill doctor --fix\n`)
  process.exit(1)
}
