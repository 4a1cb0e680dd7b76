import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { note, paint, print, printJson } from '../terminal/output.ts'

export const addStatus: AddCommand = (program, signal) => {
  program
    .command('status')
    .summary('show every part with its state')
    .description(
      'Shows every part of the stack with state, URL and restarts; alerts that fire, open incidents, faults, runs and maintenance;\nthe policy and the objectives in force; and what is wrong with control itself: a full disk, for example.\nOf a stack in a cluster: what is ready, and why the rest is not. Exits with 0 when all is healthy, else with 6.',
    )
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const [
        { connectControl },
        { stackTable, isHealthy },
        { situationLines },
        { Lever },
        { haltLine },
        { formatDuration },
      ] = await Promise.all([
        import('../../api/client/connect-control.ts'),
        import('../tables/stack-table.ts'),
        import('../tables/situation-lines.ts'),
        import('../../runtimes/native/state/lever.ts'),
        import('../tables/halt-line.ts'),
        import('../../base/units/duration.ts'),
      ])
      const here = new Lever(folder.path).read()
      // Printed also where no stack is up.
      if (here !== undefined && !json) note(haltLine(here))
      if (await showCluster(folder, { json, signal })) return
      const control = await connectControl(folder)
      const [stack, situation] = await Promise.all([control.stack(), control.situation()])
      if (here === undefined && stack.halted !== null && !json) note(haltLine(stack.halted))
      if (!isHealthy(stack)) finish('unavailable')
      if (json) return printJson({ ...stack, situation })
      for (const line of stackTable(stack, process.stdout)) print(line)
      print('')
      for (const line of situationLines(situation, stack.faults, { stream: process.stdout })) print(line)
      for (const { text, sinceMs } of stack.troubles)
        note(`${paint(process.stderr, 'red', '✘')} ${text} (for ${formatDuration(Math.max(0, Date.now() - sinceMs))})`)
      for (const text of stack.notices) note(`! ${text}`)
    })
}

/** Prints the stack of a cluster, where the folder has one there. */
async function showCluster(
  folder: CommandContext['folder'],
  { json, signal }: Pick<CommandContext, 'json' | 'signal'>,
): Promise<boolean> {
  const { readKubernetesFile } = await import('../../api/stack-files/kubernetes-file.ts')
  if (readKubernetesFile(folder)?.isUp !== true) return false
  const [{ viewInKubernetes }, { clusterTable }] = await Promise.all([
    import('../../api/stack/up-in-kubernetes.ts'),
    import('../tables/cluster-table.ts'),
  ])
  const view = await viewInKubernetes(folder, signal)
  if (view.state !== 'up') finish('unavailable')
  if (json) printJson(view)
  else for (const line of clusterTable(view, process.stdout)) print(line)
  return true
}
