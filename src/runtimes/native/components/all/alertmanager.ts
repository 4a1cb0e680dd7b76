import { join } from 'node:path'
import type { ComponentDefinition } from '../component.ts'
import { relocateAlertmanager } from '../fetch/relocate-alertmanager.ts'

export const alertmanager: ComponentDefinition = {
  variable: 'FIREDRILL_ALERTMANAGER',
  minimum: '0.25',
  server: 'alertmanager',
  commands: ['alertmanager', 'prometheus-alertmanager'],
  versionPattern: /alertmanager, version (\d+(?:\.\d+)+)/,
  companions: [{ program: 'amtool', required: false }],
  debian: {
    packages: ['prometheus-alertmanager'],
    programs: { alertmanager: 'root/usr/bin/prometheus-alertmanager.relocated', amtool: 'root/usr/bin/amtool' },
    finish: relocateAlertmanager,
    // Debian ships no UI, only a notice page; without the flag `/` answers 404.
    start: async (folder) => ({
      env: {},
      args: [`--web.ui-path=${join(folder, 'root/usr/share/prometheus/alertmanager/no-ui')}/`],
      cwd: folder,
    }),
  },
  help: {
    apt: 'prometheus-alertmanager',
    brew: 'alertmanager',
    docker: { image: 'prom/alertmanager', program: '/bin/alertmanager' },
  },
}
