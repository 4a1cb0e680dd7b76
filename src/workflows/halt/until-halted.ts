import type { Lever } from '../../runtimes/native/state/lever.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { UnderWay } from '../../runtimes/native/state/under-way.ts'

/**
 * Does the work of a run or a load, which `firedrill halt` can end: refused while everything is halted, aborted with the reason when it
 * is halted meanwhile, and listed as under way until it is over. `levers`: those of a foreign system, which count too.
 * @throws FD_HALTED
 */
export async function untilHalted<T>(
  {
    folder,
    signal,
    levers: others = [],
  }: { folder: StateFolder; signal: AbortSignal; levers?: readonly Lever[] | undefined },
  what: Omit<UnderWay, 'process'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [{ establish }, { Lever, haltedError }, { announce }] = await Promise.all([
    import('../../runtimes/native/establish.ts'),
    import('../../runtimes/native/state/lever.ts'),
    import('../../runtimes/native/state/under-way.ts'),
  ])
  await establish(folder)
  const levers = [new Lever(folder.path), ...others]
  // Announced before the halt is looked at: a halt that begins in between finds this run, or this run finds the halt.
  const withdraw = announce(folder, what)
  const halted = new AbortController()
  const stops = levers.map((lever) => lever.watch((state) => state !== undefined && halted.abort(haltedError(state))))
  try {
    for (const lever of levers) lever.refuse()
    return await work(AbortSignal.any([signal, halted.signal]))
  } finally {
    for (const stop of stops) stop()
    withdraw()
  }
}
