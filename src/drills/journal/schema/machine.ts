import { type Static, Type } from '#typebox'
import { At, closed, Ms, orNull } from '../../../base/schema/terms.ts'
import { BusyProcess } from '../../../probes/machine/busy-process.ts'

/** How late a clock that a run depends on was at its worst. */
export const ClockLateness = Type.Object(
  { clock: Type.String({ description: 'scrapes of store-1' }), lateMs: Ms('How late it was at its worst') },
  closed,
)

/** How this machine was during a stretch of a run. */
export const MachineSample = Type.Object(
  {
    atMs: At('End of the sample'),
    forMs: Ms('Its length'),
    stalledMs: orNull(Ms('In which a task waited for a core; null where the kernel does not measure it')),
    oursMs: orNull(Ms('CPU time of the system and the run, over all cores')),
    othersMs: orNull(Ms('CPU time of all others')),
    stolenMs: orNull(Ms('CPU time that the host of a virtual machine took')),
    loopLateMs: Ms("How late the run's own timers were, added up"),
    lateMs: Ms('How late this made a chain of work, at most'),
  },
  closed,
)

/** How this machine was during a run. */
export const MachineReport = Type.Object(
  {
    cores: orNull(Type.Integer({ minimum: 1 })),
    pressureKnown: Type.Boolean({
      description:
        'Whether the kernel measures how long tasks wait for a core; where it does not, only clocks show how late the machine was',
    }),
    widened: Type.Boolean({ description: 'Whether bounds widened by what the machine was late: --busy' }),
    lateMs: Ms('All that it was late'),
    oursCores: orNull(Type.Number({ description: 'In use by the system and the run' })),
    othersCores: orNull(Type.Number({ description: 'In use by all other programs' })),
    others: Type.Array(BusyProcess, { description: 'The programs that used most, of those that lived to the end' }),
    clocks: Type.Array(ClockLateness),
    samples: Type.Array(MachineSample),
  },
  closed,
)

export type ClockLateness = Static<typeof ClockLateness>
export type MachineSample = Static<typeof MachineSample>
export type MachineReport = Static<typeof MachineReport>
