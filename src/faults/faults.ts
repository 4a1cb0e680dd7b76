import { abort } from './abort.ts'
import { badConfig } from './bad-config.ts'
import { cpu } from './cpu.ts'
import { crashLoop } from './crash-loop.ts'
import { dependencyDown } from './dependency-down.ts'
import { descriptors } from './descriptors.ts'
import { diskFill } from './disk-fill.ts'
import { error } from './error.ts'
import { eventLoopBlock } from './event-loop-block.ts'
import { failingRule } from './failing-rule.ts'
import type { FaultDefinition } from './fault.ts'
import { hostMemory } from './host-memory.ts'
import { kill } from './kill.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { networkBandwidth } from './network-bandwidth.ts'
import { networkBlackhole } from './network-blackhole.ts'
import { networkDown } from './network-down.ts'
import { networkFailFirst } from './network-fail-first.ts'
import { networkLatency } from './network-latency.ts'
import { networkLimit } from './network-limit.ts'
import { networkReset } from './network-reset.ts'
import { networkSlicer } from './network-slicer.ts'
import { networkSlowClose } from './network-slow-close.ts'
import { networkStall } from './network-stall.ts'
import { noOp } from './no-op.ts'
import { notReady } from './not-ready.ts'
import { pause } from './pause.ts'
import { restart } from './restart.ts'
import { scale } from './scale.ts'
import { slowBody } from './slow-body.ts'
import { slowRule } from './slow-rule.ts'
import { stop } from './stop.ts'
import { wrongContent } from './wrong-content.ts'

/** Every fault Firedrill can inject, by name. */
export const faults = {
  'no-op': noOp,
  kill,
  'crash-loop': crashLoop,
  restart,
  stop,
  pause,
  scale,
  cpu,
  memory,
  'host-memory': hostMemory,
  'event-loop-block': eventLoopBlock,
  'disk-fill': diskFill,
  descriptors,
  latency,
  error,
  abort,
  'slow-body': slowBody,
  'wrong-content': wrongContent,
  'not-ready': notReady,
  'network-latency': networkLatency,
  'network-bandwidth': networkBandwidth,
  'network-stall': networkStall,
  'network-blackhole': networkBlackhole,
  'network-reset': networkReset,
  'network-slow-close': networkSlowClose,
  'network-slicer': networkSlicer,
  'network-limit': networkLimit,
  'network-fail-first': networkFailFirst,
  'network-down': networkDown,
  'dependency-down': dependencyDown,
  'bad-config': badConfig,
  'failing-rule': failingRule,
  'slow-rule': slowRule,
} as const satisfies Record<string, FaultDefinition<never> | FaultDefinition>

export type FaultName = keyof typeof faults
