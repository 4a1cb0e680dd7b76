import { type AddCommand, finish, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addDoctor: AddCommand = (program, signal) => {
  program
    .command('doctor')
    .summary('show what Firedrill needs and where it finds it')
    .description(
      'Shows at once what this machine has of what Firedrill needs: Node, every real component with version and place or with all\nthat was tried, and whether a stack is up. Fetches nothing unless asked. Exits with 6 when something is not available.',
    )
    .option('--fix', 'fetch the components that are missing', false)
    .action(async (options: { fix: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ doctorFindings }, { checkLines }] = await Promise.all([
        import('../../api/stack/doctor-findings.ts'),
        import('../tables/check-lines.ts'),
      ])
      if (options.fix) {
        const [{ resolveComponents }, { requiredComponents }] = await Promise.all([
          import('../../runtimes/native/components/resolve.ts'),
          import('../../runtimes/native/components/all/components.ts'),
        ])
        await resolveComponents(requiredComponents, {
          fetch: true,
          signal,
          onEvent: ({ component, step, detail }) => note(`  ${step.padEnd(12)} ${component} ${detail}`),
        })
      }
      const findings = await doctorFindings(folder, signal)
      if (findings.some((one) => one.status === 'bad')) finish('unavailable')
      if (json) return printJson({ findings })
      for (const finding of findings) {
        const more = finding.status === 'ok' ? { tried: [], help: [] } : {}
        for (const line of checkLines({ ...finding, ...more }, { nameWidth: 18 })) print(line)
      }
    })
}
