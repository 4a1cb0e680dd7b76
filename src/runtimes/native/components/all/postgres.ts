import type { ComponentDefinition } from '../component.ts'
import { findPostgresPackage } from '../postgres/postgres-package.ts'

export const postgres: ComponentDefinition = {
  variable: 'FIREDRILL_POSTGRES',
  minimum: '14',
  server: 'postgres',
  commands: ['postgres'],
  versionPattern: /\(PostgreSQL\) (\d+(?:\.\d+)*)/,
  companions: [{ program: 'initdb', required: true }],
  bundled: findPostgresPackage,
  help: { apt: 'postgresql', brew: 'postgresql@17' },
}
