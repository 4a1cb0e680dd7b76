import { abort } from './abort.ts'
import { crashLoop } from './crash-loop.ts'
import { error } from './error.ts'
import type { FaultDefinition } from './fault.ts'
import { kill } from './kill.ts'
import { latency } from './latency.ts'
import { noOp } from './no-op.ts'
import { notReady } from './not-ready.ts'
import { pause } from './pause.ts'
import { restart } from './restart.ts'
import { scale } from './scale.ts'
import { slowBody } from './slow-body.ts'
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
  latency,
  error,
  abort,
  'slow-body': slowBody,
  'wrong-content': wrongContent,
  'not-ready': notReady,
} as const satisfies Record<string, FaultDefinition<never> | FaultDefinition>

export type FaultName = keyof typeof faults
