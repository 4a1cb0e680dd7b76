import type { DrillOutline } from '../../../../src/api/contract/drills/drills.ts'
import { linkTo } from '../../shell/route.ts'

/** The last runs as squares in the colour of their verdict, the latest at the right. Each leads to its run. */
export function VerdictStrip({ drill, recent }: { drill: string; recent: DrillOutline['recent'] }) {
  return (
    <ol className="strip" aria-label="Last runs, oldest first">
      {Array.from({ length: Math.max(0, SQUARES - recent.length) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places that are empty are all the same
        <li key={index} className="strip-none" aria-hidden="true" />
      ))}
      {recent.toReversed().map(({ id, verdict, startedAtMs }) => (
        <li key={id}>
          <a
            href={linkTo('drills', [drill, 'runs', id])}
            data-verdict={verdict}
            title={`${verdict}, ${new Date(startedAtMs).toLocaleString('en-GB')}`}
          >
            <span className="hidden">{verdict}</span>
          </a>
        </li>
      ))}
    </ol>
  )
}

const SQUARES = 10
