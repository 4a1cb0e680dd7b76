import type { FaultView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'
import { linkTo } from '../shell/route.ts'
import { Tile, TileLines } from './tile.tsx'

/** What is broken on purpose, and for how long. */
export function FaultsTile({ faults, nowMs }: { faults: readonly FaultView[]; nowMs: number }) {
  return (
    <Tile
      title="Broken on purpose"
      href={linkTo('faults')}
      tone={faults.length === 0 ? 'none' : 'fault'}
      figure={faults.length === 0 ? 'nothing' : faults.length === 1 ? '1 fault' : `${faults.length} faults`}
    >
      {faults.length === 0 ? (
        <p className="sub">
          <a href={linkTo('faults')}>Break something</a>
        </p>
      ) : (
        <TileLines
          lines={faults.toReversed().map(({ id, fault, replica, undoneByMs }) => ({
            key: id,
            text: `${fault} of ${replica}, ${formatAge(undoneByMs - nowMs)} left`,
          }))}
        />
      )}
    </Tile>
  )
}
