import { renderYaml } from './yaml.ts'

/** The query of the PostgreSQL exporter. */

const columns = {
  connections: ['GAUGE', 'numbackends', 'Sessions of the database.'],
  max_connections: ['GAUGE', "current_setting('max_connections')::int", 'Sessions that the server allows.'],
  bytes: ['GAUGE', 'pg_database_size(datid)', 'Size on disk.'],
  commits_total: ['COUNTER', 'xact_commit', 'Transactions committed.'],
  rollbacks_total: ['COUNTER', 'xact_rollback', 'Transactions rolled back.'],
  deadlocks_total: ['COUNTER', 'deadlocks', 'Deadlocks.'],
  blocks_hit_total: ['COUNTER', 'blks_hit', 'Blocks found in memory.'],
  blocks_read_total: ['COUNTER', 'blks_read', 'Blocks read from disk.'],
} as const

/** postgres-queries.yaml: what the PostgreSQL exporter asks for, in one query: series `pg_database_*` by `datname`. */
export function renderPostgresQueries(): string {
  const selected = Object.entries(columns).map(([name, [, expression]]) => `${expression} as ${name}`)
  return renderYaml({
    pg_database: {
      query: `select datname, ${selected.join(', ')} from pg_stat_database where datname = current_database()`,
      metrics: [
        { datname: { usage: 'LABEL', description: 'Name of the database.' } },
        ...Object.entries(columns).map(([name, [usage, , description]]) => ({ [name]: { usage, description } })),
      ],
    },
  })
}
