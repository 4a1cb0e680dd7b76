/**
 * How fast a crash is detected in a Kubernetes cluster, beside the same crash of processes on this machine: the same shop, drill, rules and
 * clocks, in turn and in one run. The cluster must be up; test/kubernetes/README.md says how.
 *
 *   FIREDRILL_TEST_CLUSTER=/tmp/k8s npm run bench:cluster -- [--runs 10]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { compare } from '../measuring/checks.ts'
import { distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { NOT_MEASURED } from '../measuring/needed.ts'
import { print } from '../measuring/print.ts'

const LIMITS = { timesNative: 1.2 }

/** Runs what stands beside the other tests on a cluster, and reads what came of it. */
async function detect(runs: string): Promise<Record<'cluster' | 'native', number[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-cluster-'))
  const figures = join(folder, 'figures.json')
  try {
    const vitest = join(packageFolder(), 'node_modules', 'vitest', 'vitest.mjs')
    const args = ['run', '--config', 'vitest.kubernetes.config.ts', 'test/kubernetes/detection.test.ts']
    const env = { FIREDRILL_DETECTION_RUNS: runs, FIREDRILL_DETECTION_FIGURES: figures }
    await execa(process.execPath, [vitest, ...args], {
      cwd: packageFolder(),
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return JSON.parse(await readFile(figures, 'utf8')) as Record<'cluster' | 'native', number[]>
  } finally {
    await rm(folder, { recursive: true })
  }
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
if (process.env.FIREDRILL_TEST_CLUSTER === undefined) {
  print('no cluster: FIREDRILL_TEST_CLUSTER names the folder of one that is up (test/kubernetes/README.md)')
  process.exitCode = NOT_MEASURED
} else {
  const detected = await detect(values.runs)
  const [cluster, native] = [distribution(detected.cluster), distribution(detected.native)]
  const check = compare({
    ...{ what: 'crash until notified, in a cluster', unit: 'ms', ours: cluster.median },
    ...{ peerName: 'native', peer: native.median, atMost: LIMITS.timesNative },
  })
  await finish('cluster', [check], { cluster, native, detected })
}
