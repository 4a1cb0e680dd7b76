/** What became of one step of the method. Times are epoch milliseconds; null is "did not happen". */
export interface JournalStep {
  /** Place in the file's method, from 0. */
  index: number
  kind: 'fault' | 'action'
  /** In a few words: `kill store`, `configure store RISKY_FAILURE_RATIO=0%`, `scale worker to 3`. */
  text: string
  /** What it was to begin at: `at 2 s`, `when ServiceDown fires, within 5 s`. */
  due: string
  startedAtMs: number | null
  endedAtMs: number | null
  /** Whether it did what it says: a fault landed, an action succeeded. */
  ok: boolean
  detail: string
  /** How it was put back at the end of the run; null when there was nothing to put back. */
  putBack: { atMs: number; ok: boolean; detail: string } | null
}
