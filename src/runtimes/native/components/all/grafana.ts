import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { ArchiveBuild, ComponentDefinition } from '../component.ts'

/** Grafana as a component. */

/** Where Grafana's own files are, from the folder of its program: of its archive, its packages and Homebrew. */
const HOMES = ['..', '../share/grafana']

/** Of one build. Below /oss/release/ the same version has other bytes, which change. */
export const grafanaArchive: ArchiveBuild = {
  version: '13.1.1',
  origin: 'https://dl.grafana.com',
  mirrorVariable: 'FIREDRILL_GRAFANA_MIRROR',
  files: {
    'linux-x64': {
      path: 'grafana/release/13.1.1/grafana_13.1.1_29761037902_linux_amd64.tar.gz',
      sha256: 'e47443214da0de041ffb29633d0977ce31ba7c8c569f09974ef5294a8ce32f08',
      bytes: 363_255_678,
    },
    'linux-arm64': {
      path: 'grafana/release/13.1.1/grafana_13.1.1_29761037902_linux_arm64.tar.gz',
      sha256: '28ef74a3bd01fec42fc78b1b9583809f35035654adcbf333c5bba440f418c07d',
      bytes: 345_128_051,
    },
  },
  programs: { grafana: 'bin/grafana' },
}

export const grafana: ComponentDefinition = {
  variable: 'FIREDRILL_GRAFANA',
  // Older versions have no state timelines, and no variables of the kind that these dashboards use.
  minimum: '10.0',
  server: 'grafana',
  commands: ['grafana', 'grafana-server'],
  versionFlag: '-v',
  versionPattern: /[Vv]ersion (\d+(?:\.\d+)+)/,
  companions: [],
  optional: 'the console shows the dashboards, and firedrill up --with grafana fetches it',
  adapt: async (program) => {
    const folder = dirname(await realpath(program))
    // `grafana-server` is the server, or a script that becomes it; `grafana` is several programs in one.
    const subcommand = basename(program).includes('server') ? {} : { subcommand: 'server' }
    for (const home of HOMES.map((one) => resolve(folder, one))) {
      if (await isFile(`${home}/conf/defaults.ini`)) return { ...subcommand, args: [`--homepath=${home}`] }
    }
    return { problem: `its files are nowhere near it: no conf/defaults.ini in ${HOMES.join(', ')} from ${folder}` }
  },
  archive: grafanaArchive,
  help: { apt: 'grafana  # from https://apt.grafana.com', brew: 'grafana' },
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
