import type { ComponentDefinition } from '../component.ts'

export const redisExporter: ComponentDefinition = {
  variable: 'FIREDRILL_REDIS_EXPORTER',
  minimum: '1.20',
  server: 'redis-exporter',
  commands: ['redis_exporter', 'prometheus-redis-exporter'],
  versionPattern: /Redis Metrics Exporter v?(\d+(?:\.\d+)+)/,
  companions: [],
  debian: {
    packages: ['prometheus-redis-exporter'],
    programs: { 'redis-exporter': 'root/usr/bin/prometheus-redis-exporter' },
  },
  help: {
    apt: 'prometheus-redis-exporter',
    brew: 'redis_exporter',
    docker: { image: 'oliver006/redis_exporter', program: '/redis_exporter' },
  },
}
