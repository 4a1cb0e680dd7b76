import type { MachineUsage } from '../../probes/machine/machine-usage.ts'
import type { MachineReport, MachineSample } from '../journal/schema/machine.ts'

export function reportMachine(
  usage: MachineUsage | undefined,
  samples: readonly MachineSample[],
  { widened, clocks }: Pick<MachineReport, 'widened' | 'clocks'>,
): MachineReport {
  const cpu = usage?.cpu ?? null
  const coresOf = (ms: number | undefined) =>
    ms === undefined || usage === undefined ? null : Math.round((ms / usage.forMs) * 100) / 100
  return {
    cores: cpu?.cores ?? null,
    pressureKnown: samples.some(({ stalledMs }) => stalledMs !== null),
    widened,
    lateMs: samples.reduce((sum, one) => sum + one.lateMs, 0),
    oursCores: coresOf(cpu?.oursMs),
    othersCores: coresOf(cpu?.othersMs),
    others: (usage?.others ?? []).map(({ cores, ...one }) => ({ ...one, cores: Math.round(cores * 100) / 100 })),
    clocks: [...clocks],
    samples: [...samples],
  }
}

/** Other programs that take less than this share of the machine (0–1) are not reported. */
const BUSY_SHARE = 0.25

/** Who keeps the machine busy, in one sentence; undefined when only the system and the run do. */
export function busyText(usage: MachineUsage | undefined): string | undefined {
  const cpu = usage?.cpu
  if (usage === undefined || cpu === null || cpu === undefined) return undefined
  const cores = (ms: number) => (ms / usage.forMs).toFixed(1)
  if (cpu.othersMs + cpu.stolenMs < BUSY_SHARE * cpu.cores * usage.forMs) return undefined
  const named = usage.others.map(({ name, pid, cores }) => `${name} (pid ${pid}) ${cores.toFixed(2)}`)
  const others = `other programs use ${cores(cpu.othersMs)} of its ${cpu.cores} cores`
  const whose = named.length === 0 ? '' : `: ${named.join(', ')}`
  const stolen = cpu.stolenMs >= BUSY_SHARE * usage.forMs ? `, its host takes ${cores(cpu.stolenMs)}` : ''
  return `this machine is busy: ${others}${whose}; the system and this run use ${cores(cpu.oursMs)}${stolen}`
}

/** What to do about it, where `--busy` accepts what it has done. */
export const BUSY_NEXT = 'end what is not needed, or run with --busy: bounds then widen by what the machine is late'

/** The same, where that changes nothing. */
export const BUSY_AGAIN = 'end what is not needed, and run it again'
