import type { ComponentDefinition } from '../component.ts'

export const blackboxExporter: ComponentDefinition = {
  variable: 'FIREDRILL_BLACKBOX_EXPORTER',
  minimum: '0.20',
  server: 'blackbox-exporter',
  commands: ['blackbox_exporter', 'prometheus-blackbox-exporter'],
  versionPattern: /blackbox_exporter, version (\d+(?:\.\d+)+)/,
  companions: [],
  debian: {
    packages: ['prometheus-blackbox-exporter'],
    programs: { 'blackbox-exporter': 'root/usr/bin/prometheus-blackbox-exporter' },
  },
  help: {
    apt: 'prometheus-blackbox-exporter',
    brew: 'blackbox_exporter',
    docker: { image: 'prom/blackbox-exporter', program: '/bin/blackbox_exporter' },
  },
}
