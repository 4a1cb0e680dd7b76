import type { Evidence } from '../evidence/evidence.ts'
import type { Drill } from '../file/drill.ts'

/** What stages, expectations and the verdict are read from: a drill, and what was seen of its run so far. */
export interface Facts extends Evidence {
  drill: Drill
}
