import type { FaultDefinition } from './fault.ts'
import { abort } from './inside/abort.ts'
import { error } from './inside/error.ts'
import { eventLoopBlock } from './inside/event-loop-block.ts'
import { latency } from './inside/latency.ts'
import { notReady } from './inside/not-ready.ts'
import { slowBody } from './inside/slow-body.ts'
import { wrongContent } from './inside/wrong-content.ts'
import { badImage } from './kubernetes/bad-image.ts'
import { crash } from './kubernetes/crash.ts'
import { drain } from './kubernetes/drain.ts'
import { lose } from './kubernetes/lose.ts'
import { networkDeny } from './kubernetes/network-deny.ts'
import { cpu } from './machine/cpu.ts'
import { descriptors } from './machine/descriptors.ts'
import { diskFill } from './machine/disk-fill.ts'
import { hostMemory } from './machine/host-memory.ts'
import { memory } from './machine/memory.ts'
import { networkBandwidth } from './network/network-bandwidth.ts'
import { networkBlackhole } from './network/network-blackhole.ts'
import { networkDown } from './network/network-down.ts'
import { networkFailFirst } from './network/network-fail-first.ts'
import { networkLatency } from './network/network-latency.ts'
import { networkLimit } from './network/network-limit.ts'
import { networkReset } from './network/network-reset.ts'
import { networkSlicer } from './network/network-slicer.ts'
import { networkSlowClose } from './network/network-slow-close.ts'
import { networkStall } from './network/network-stall.ts'
import { noOp } from './no-op.ts'
import { badConfig } from './process/bad-config.ts'
import { crashLoop } from './process/crash-loop.ts'
import { dependencyDown } from './process/dependency-down.ts'
import { kill } from './process/kill.ts'
import { pause } from './process/pause.ts'
import { restart } from './process/restart.ts'
import { scale } from './process/scale.ts'
import { stop } from './process/stop.ts'
import { failingRule } from './prometheus/failing-rule.ts'
import { slowRule } from './prometheus/slow-rule.ts'

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
  'network-deny': networkDeny,
  'dependency-down': dependencyDown,
  'bad-config': badConfig,
  crash,
  lose,
  drain,
  'bad-image': badImage,
  'failing-rule': failingRule,
  'slow-rule': slowRule,
} as const satisfies Record<string, FaultDefinition<never> | FaultDefinition>

export type FaultName = keyof typeof faults
