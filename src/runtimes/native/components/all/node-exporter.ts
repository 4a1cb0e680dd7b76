import type { ComponentDefinition } from '../component.ts'

export const nodeExporter: ComponentDefinition = {
  variable: 'FIREDRILL_NODE_EXPORTER',
  // Before, the flag for its password had another name.
  minimum: '1.5',
  server: 'node-exporter',
  commands: ['node_exporter', 'prometheus-node-exporter'],
  versionPattern: /node_exporter, version (\d+(?:\.\d+)+)/,
  companions: [],
  debian: {
    packages: ['prometheus-node-exporter'],
    programs: { 'node-exporter': 'root/usr/bin/prometheus-node-exporter' },
  },
  help: {
    apt: 'prometheus-node-exporter',
    brew: 'node_exporter',
    docker: { image: 'prom/node-exporter', program: '/bin/node_exporter' },
  },
}
