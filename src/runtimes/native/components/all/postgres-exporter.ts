import type { ComponentDefinition } from '../component.ts'

export const postgresExporter: ComponentDefinition = {
  variable: 'FIREDRILL_POSTGRES_EXPORTER',
  minimum: '0.10',
  server: 'postgres-exporter',
  commands: ['postgres_exporter', 'prometheus-postgres-exporter'],
  versionPattern: /postgres_exporter, version (\d+(?:\.\d+)+)/,
  companions: [],
  debian: {
    packages: ['prometheus-postgres-exporter'],
    programs: { 'postgres-exporter': 'root/usr/bin/prometheus-postgres-exporter' },
    // Later versions name their collectors differently. bgwriter's query does not fit the tables of newer servers.
    start: async () => ({ env: {}, args: ['--no-collector.bgwriter', '--no-collector.database'] }),
  },
  help: {
    apt: 'prometheus-postgres-exporter',
    brew: 'postgres_exporter',
    docker: { image: 'prometheuscommunity/postgres-exporter', program: '/bin/postgres_exporter' },
  },
}
