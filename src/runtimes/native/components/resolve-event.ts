import type { ComponentName } from './all/components.ts'

/** A step on the way to a component, for those who show progress. */
export interface ResolveEvent {
  component: ComponentName
  step: 'found' | 'downloading' | 'unpacking' | 'ready'
  detail: string
}
