import type { Command } from 'commander'
import type { FaultView, LiftView } from '../../api/contract.ts'
import { faults } from '../../faults/faults.ts'
import { collect } from '../arguments/collect.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { describeFaults, faultTable } from '../tables/fault-text.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addFault: AddCommand = (program, signal) => {
  const fault = program
    .command('fault')
    .summary('inject a fault by hand, and lift it')
    .description(
      'Faults without a drill: list, inject, show the active ones, and lift them early. Every fault proves that it landed\nand ends by itself: after its time, with the stack, and when control is killed.',
    )
  addList(fault, signal)
  addInject(fault, signal)
  addActive(fault, signal)
  addClear(fault, signal)
}

function addList(fault: Command, signal: AbortSignal): void {
  fault
    .command('list')
    .summary('list all faults, with their parameters')
    .description(
      'Lists every fault, or one fault, with its parameters, their bounds and defaults. Needs no running stack.',
    )
    .argument('[name]', 'only this fault')
    .action(async (name: string | undefined, _options, command) => {
      const { json } = readContext(command, signal)
      const { faultCatalog, findFault } = await import('../../api/injector/fault-catalog.ts')
      const all = faultCatalog().faults.filter((fault) => name === undefined || fault.name === findFault(name).name)
      if (json) return printJson({ faults: all })
      for (const line of describeFaults(all)) print(line)
    })
}

interface InjectOptions {
  target: string
  param: string[]
  for: string
  seed?: string
  wait: boolean
}

function addInject(fault: Command, signal: AbortSignal): void {
  fault
    .command('inject')
    .summary('inject a fault')
    .description(
      'Injects a fault into the stack that is up and prints what proves that it landed. Then it returns; the fault stays until its\ntime is over. Exit code 4 when it did not land.',
    )
    .argument('<name>', 'fault name (see the list below)')
    .requiredOption('--target <part>', 'a part of the stack ("store": its first replica), or a replica ("store-2")')
    .option('--param <name=value>', 'a parameter; repeatable', collect, [])
    .option('--for <duration>', 'the fault is lifted after this time, also when this command is killed', '30s')
    .option('--seed <number>', 'seed of all that is random in the fault')
    .option('--wait', 'stay until the fault has ended; Ctrl-C lifts it early', false)
    .addHelpText(
      'after',
      `
Faults:
${Object.values(faults)
  .map(({ name, summary }) => `  ${name.padEnd(17)} ${summary}`)
  .join('\n')}

firedrill fault list NAME prints the parameters of a fault.

Examples:
  firedrill fault inject latency --target store --param delay=300ms --param share=20% --for 1m
  firedrill fault inject pause --target postgres --for 10s --wait
`,
    )
    .action(async (name: string, options: InjectOptions, command) => {
      await inject(name, options, readContext(command, signal))
    })
}

async function inject(name: string, options: InjectOptions, context: CommandContext): Promise<void> {
  const { folder, json, signal } = context
  const [{ readInjection }, { connectControl }] = await Promise.all([
    import('../arguments/fault-arguments.ts'),
    import('../../api/client/connect-control.ts'),
  ])
  // Mistakes in the arguments are reported before the stack is looked for.
  const wanted = readInjection(name, options)
  const { Lever } = await import('../../runtimes/native/state/lever.ts')
  new Lever(folder.path).refuse()
  const control = await connectControl(folder)
  const view = await control.inject(wanted)
  if (!view.landing.landed) finish('inconclusive')
  if (!json) printInjected(view)
  if (!options.wait) {
    // The person pressed Ctrl-C before the fault had landed.
    if (signal.aborted) await control.lift(view.id)
    signal.throwIfAborted()
    if (json) printJson(view)
    return
  }
  const { waitForFaultEnd } = await import('../../api/client/wait-for-fault-end.ts')
  const lifted = await waitForFaultEnd(control, view, signal)
  if (lifted.failed === true) finish('unavailable')
  if (json) printJson({ ...view, lifted })
  else printLifted(lifted)
  signal.throwIfAborted()
}

function addActive(fault: Command, signal: AbortSignal): void {
  fault
    .command('active')
    .summary('list the active faults')
    .description('Lists the active faults, with the rest of their time.')
    .action(async (_options, command) => {
      const { folder, json } = readContext(command, signal)
      const { connectControl } = await import('../../api/client/connect-control.ts')
      const active = await (await connectControl(folder)).faults()
      if (json) return printJson({ faults: active })
      if (active.length === 0) return note('no fault is active')
      for (const line of faultTable(active, Date.now())) print(line)
    })
}

function addClear(fault: Command, signal: AbortSignal): void {
  fault
    .command('clear')
    .summary('lift one fault, or all')
    .description('Lifts a fault before its time is over; without an id all faults, the last one first.')
    .argument('[id]', 'id of a fault, as firedrill fault active prints it; its beginning is enough')
    .action(async (id: string | undefined, _options, command) => {
      const { folder, json } = readContext(command, signal)
      const [{ connectControl }, { idOf }] = await Promise.all([
        import('../../api/client/connect-control.ts'),
        import('../arguments/fault-arguments.ts'),
      ])
      const control = await connectControl(folder)
      const lifted = id === undefined ? await control.liftAll() : [await control.lift(idOf(id, await control.faults()))]
      if (lifted.some(({ failed }) => failed === true)) finish('unavailable')
      if (json) return printJson({ lifted })
      if (lifted.length === 0) note('no fault was active')
      for (const fault of lifted) printLifted(fault)
    })
}

function printInjected({ id, fault, replica, landing, seed }: FaultView): void {
  print(`${landing.landed ? 'landed' : 'NOT LANDED'}  ${fault} ${replica}: ${landing.proof}`)
  note(`id ${id}, seed ${seed}; firedrill fault clear ${id.slice(0, 8)} lifts it early`)
}

function printLifted({ fault, replica, changed, failed, detail }: LiftView): void {
  const how = failed === true ? 'NOT UNDONE' : changed ? 'undone' : 'nothing to undo'
  print(`${how}  ${fault} ${replica}: ${detail}`)
}
