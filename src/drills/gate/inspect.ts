import { messageOf } from '../../base/errors.ts'
import type { GateContext, GateFinding } from './checks/check.ts'
import { checks } from './checks/checks.ts'

/** Runs every check at once. What a check cannot read is a finding too. Rejects only when the signal is aborted. */
export async function inspect(context: GateContext): Promise<Inspection> {
  const found = await Promise.all(
    checks.map(async ({ name, look }) => {
      try {
        return await look(context)
      } catch (error) {
        context.signal?.throwIfAborted()
        return [{ text: `${name}: ${messageOf(error)}` }]
      }
    }),
  )
  const [tolerated, findings] = [found.flat().filter(isTolerated), found.flat().filter((one) => !isTolerated(one))]
  // An alert is seen twice: where it fires, and where it is held.
  return { findings, tolerated: [...new Set(tolerated.map(({ text }) => text))] }
}

/** What the gate found. */
export interface Inspection {
  /** What keeps it shut. */
  findings: GateFinding[]
  /** What was there, and does not concern this drill; in sentences. */
  tolerated: string[]
}

function isTolerated({ tolerated }: GateFinding): boolean {
  return tolerated === true
}
