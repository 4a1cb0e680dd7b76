import { join } from 'node:path'
import type { ComponentDefinition } from '../component.ts'

export const prometheus: ComponentDefinition = {
  variable: 'FIREDRILL_PROMETHEUS',
  minimum: '2.40',
  server: 'prometheus',
  commands: ['prometheus'],
  versionPattern: /prometheus, version (\d+(?:\.\d+)+)/,
  companions: [{ program: 'promtool', required: false }],
  debian: {
    packages: ['prometheus'],
    // Debian took these out of the web UI and made packages of them; the UI is blank without.
    follow: /^(libjs|fonts)-/,
    // 218 MB of time zone tables in every format; the UI loads none of them.
    exclude: ['./usr/share/javascript/moment-timezone/data*'],
    programs: { prometheus: 'root/usr/bin/prometheus', promtool: 'root/usr/bin/promtool' },
    // The path of the UI's files is compiled in, and a private tree has them elsewhere.
    start: async (folder) => ({
      env: {},
      args: [`--web.local-assets=${join(folder, 'root/usr/share/prometheus/web')}/`],
    }),
  },
  help: { apt: 'prometheus', brew: 'prometheus', docker: { image: 'prom/prometheus', program: '/bin/prometheus' } },
}
