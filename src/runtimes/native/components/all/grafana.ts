import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { ComponentDefinition } from '../component.ts'

/** Grafana as a component. */

/** Where Grafana's own files are, from the folder of its program: of its archive, its packages and Homebrew. */
const HOMES = ['..', '../share/grafana']

export const grafana: ComponentDefinition = {
  variable: 'FIREDRILL_GRAFANA',
  // Older versions have no state timelines, and no variables of the kind that these dashboards use.
  minimum: '10.0',
  server: 'grafana',
  commands: ['grafana', 'grafana-server'],
  versionFlag: '-v',
  versionPattern: /[Vv]ersion (\d+(?:\.\d+)+)/,
  companions: [],
  optional: 'the stack works without, and firedrill render writes the dashboards',
  adapt: async (program) => {
    const folder = dirname(await realpath(program))
    // `grafana-server` is the server, or a script that becomes it; `grafana` is several programs in one.
    const subcommand = basename(program).includes('server') ? {} : { subcommand: 'server' }
    for (const home of HOMES.map((one) => resolve(folder, one))) {
      if (await isFile(`${home}/conf/defaults.ini`)) return { ...subcommand, args: [`--homepath=${home}`] }
    }
    return { problem: `its files are nowhere near it: no conf/defaults.ini in ${HOMES.join(', ')} from ${folder}` }
  },
  help: { apt: 'grafana  # from https://apt.grafana.com', brew: 'grafana' },
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
