import type { Part } from '../stack/part.ts'
import { runtimeErrors } from './runtime.ts'

/** In which order parts are started and stopped. */

type Node = Pick<Part, 'name' | 'dependsOn' | 'observer'>

/** The parts in waves: each depends only on earlier waves. @throws FD_RUNTIME_START_FAILED on a cycle or an unknown name. */
export function startWaves<T extends Node>(parts: readonly T[]): T[][] {
  const waves: T[][] = []
  const placed = new Set<string>()
  let left = [...parts]
  while (left.length > 0) {
    const wave = left.filter((part) => part.dependsOn.every((name) => placed.has(name)))
    if (wave.length === 0) {
      const stuck = left.map(
        (part) => `${part.name} (needs ${part.dependsOn.filter((name) => !placed.has(name)).join(', ')})`,
      )
      throw runtimeErrors.error('FD_RUNTIME_START_FAILED', {
        message: `these parts wait for each other or for nothing: ${stuck.join('; ')}`,
      })
    }
    for (const part of wave) placed.add(part.name)
    left = left.filter((part) => !placed.has(part.name))
    waves.push(wave)
  }
  return waves
}

/** The reverse order, with observers before everything they observe: stopping the stack must not look like an outage. */
export function stopWaves<T extends Node>(parts: readonly T[]): T[][] {
  const observers = parts.filter((part) => part.observer)
  const rest = startWaves(parts)
    .reverse()
    .map((wave) => wave.filter((part) => !part.observer))
  return [observers, ...rest].filter((wave) => wave.length > 0)
}
