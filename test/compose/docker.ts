import { spawnSync } from 'node:child_process'

/** The engine that the tests use: DOCKER_HOST, or Docker's usual socket. */
export const dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock'

/** Runs a program to its end. @throws with what it printed. */
export function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '0', ...more },
  })
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `${stdout}\n${stderr}`.slice(-4_000)}`)
}
