import { formatBytes } from '../../base/units/bytes.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { landed, notLanded, type RunningFault } from '../fault.ts'
import { renewed } from '../kubernetes/hold-change.ts'
import { LOOK_MS } from '../kubernetes/pod-proof.ts'
import type { LinkHarm, LinkSubject, LinkView } from '../link.ts'

/** Network faults on a Service of Kubernetes. */

/** Services use their stores several times a second, but may keep the connections that they have. */
const SEEN_WITHIN_MS = 20_000

/**
 * Harms the link, and holds that as a running fault. It has landed when the Service sends to the proxy alone, and, where `seen` names one,
 * that figure shows that connections of its users pass.
 * @throws FD_FAULT_REFUSED when nothing was changed
 */
export async function holdLink(
  link: LinkSubject,
  { seen, ...harm }: LinkHarm & { seen: 'bytes' | 'connections' | undefined },
  held: Parameters<LinkSubject['harm']>[1],
): Promise<RunningFault> {
  const harmed = await link.harm(harm, held)
  const renewal = renewed(harmed)
  try {
    const landing = await waitUntil(
      async () => {
        const view = await harmed.look()
        const proof = proofOf(view, seen)
        return view.isDiverted && (seen === undefined || view[seen] > 0) ? done(landed(proof)) : notYet(proof)
      },
      {
        what: `traffic to ${link.description}`,
        timeoutMs: Math.min(SEEN_WITHIN_MS, held.forMs),
        intervalMs: LOOK_MS,
        signal: held.signal,
      },
    ).catch((error: { details?: { given?: string } }) =>
      notLanded(`${error.details?.given ?? String(error)}${seen === undefined ? '' : KEPT}`),
    )
    return {
      injectedAtMs: harmed.changedAtMs,
      landing,
      lasts: true,
      renew: () => harmed.renew(),
      undo: () => harmed.undo(),
    }
  } finally {
    renewal.end()
  }
}

const KEPT = '; connections from before stay as they are'

function proofOf({ sendsTo, connections, bytes }: LinkView, seen: string | undefined): string {
  if (seen === undefined) return `${sendsTo}, which refuses connections`
  return `${sendsTo}; ${formatBytes(bytes)} on ${connections} connections came to the fault`
}
