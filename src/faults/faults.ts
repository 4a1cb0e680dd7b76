import type { FaultDefinition } from './fault.ts'
import { kill } from './kill.ts'

/** Every fault Firedrill can inject. */
export const faults = { kill } as const satisfies Record<string, FaultDefinition<never> | FaultDefinition>

export type FaultName = keyof typeof faults
