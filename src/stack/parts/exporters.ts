import { promDuration } from '../../base/units/duration.ts'
import { type ConfigFile, hostPort, type Part } from '../part.ts'
import { askForPassword } from '../password.ts'
import type { Profile } from '../profile.ts'
import { EXPORTER } from '../render/redis.ts'

/** The parts that export metrics of the data stores. */

const REDIS_PASSWORDS = 'redis-passwords.json'

/** The exporters of the stores. Each starts after its store, so that "cannot reach it" never means "it has not started yet". */
export function storeExporters({ timing }: Profile): Part[] {
  // An exporter that waits longer for its store misses its scrape, and then nothing is known.
  const patienceMs = timing.exporterScrapeMs / 2
  return [postgresExporter(patienceMs), redisExporter(patienceMs)]
}

function postgresExporter(patienceMs: number): Part {
  return {
    name: 'postgres-exporter',
    kind: 'monitoring',
    summary: 'whether PostgreSQL answers, and what it does',
    program: { component: 'postgres-exporter' },
    preferredPort: 9187,
    dependsOn: ['postgres'],
    health: { kind: 'http', path: '/' },
    password: 'exporters',
    restart: 'always',
    graceMs: 2_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    launch: (context) => {
      const { host, port } = context.address('postgres')
      const connectSeconds = Math.max(1, Math.floor(patienceMs / 1_000))
      return {
        args: [
          `--web.listen-address=${hostPort(context.listen())}`,
          askForPassword('postgres-exporter', context),
          // Its own queries cost 1 % of a core at this scrape interval; one query for what is used costs 0.3 %.
          '--disable-default-metrics',
          '--disable-settings-metrics',
          `--extend.query-path=${context.file('postgres-queries.yaml')}`,
          '--log.level=error',
        ],
        env: {
          DATA_SOURCE_URI: `${host}:${port}/firedrill?sslmode=disable&connect_timeout=${connectSeconds}`,
          DATA_SOURCE_USER: 'firedrill',
          DATA_SOURCE_PASS: context.secret('postgres'),
        },
      }
    },
  }
}

function redisExporter(patienceMs: number): Part {
  return {
    name: 'redis-exporter',
    kind: 'monitoring',
    summary: 'whether Redis answers, and what it does',
    program: { component: 'redis-exporter' },
    preferredPort: 9121,
    dependsOn: ['redis'],
    health: { kind: 'http', path: '/health' },
    restart: 'always',
    graceMs: 2_000,
    metrics: { path: '/metrics', every: 'exporterScrapeMs' },
    launch: (context) => ({
      args: [
        `-web.listen-address=${hostPort(context.listen())}`,
        `-redis.addr=redis://${hostPort(context.address('redis'))}`,
        `-redis.user=${EXPORTER}`,
        // It connects to any address in /scrape?target=, and sends a password only to the addresses in this file.
        `-redis.password-file=${context.file(REDIS_PASSWORDS)}`,
        `-connection-timeout=${promDuration(patienceMs)}`,
        '-redis-only-metrics',
        '-set-client-name=false',
      ],
      env: {},
    }),
  }
}

/** The exporter's own password at Redis by address. Versions differ in whether the user is part of that. */
export const redisPasswords: ConfigFile = {
  name: REDIS_PASSWORDS,
  part: 'redis-exporter',
  secret: true,
  render: (context) => {
    const redis = hostPort(context.address('redis'))
    const password = context.secret('exporters')
    return `${JSON.stringify({ [`redis://${redis}`]: password, [`redis://${EXPORTER}@${redis}`]: password })}\n`
  },
}
