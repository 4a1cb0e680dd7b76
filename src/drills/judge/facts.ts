import type { Drill } from '../file/drill.ts'
import type { Evidence } from './evidence.ts'

/** What stages, expectations and the verdict are read from: a drill, and what was seen of its run so far. */
export interface Facts extends Evidence {
  drill: Drill
}
