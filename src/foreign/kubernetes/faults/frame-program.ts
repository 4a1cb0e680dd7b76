/** What surrounds each program of ours in an ephemeral container. */

/** What begins the line of a report in the container's log. */
export const REPORT = 'firedrill-report '
/** The program ends when this file is there. */
export const STOP_FILE = '/tmp/firedrill-stop'

/** What each program has, and what ends it: the file, its time, and an end of the container. */
export const framed = (program: string) => `
  const data = JSON.parse(process.env.FIREDRILL_DATA)
  const report = (value) => process.stdout.write('${REPORT}' + JSON.stringify(value) + '\\n')
  process.on('SIGTERM', () => process.exit(0))
  setTimeout(() => process.exit(0), data.forMs)
  setInterval(() => { if (require('node:fs').existsSync('${STOP_FILE}')) process.exit(0) }, 200)
  ;(() => { ${program} })()`
