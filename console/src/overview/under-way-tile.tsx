import type { LoadView, SituationView } from '../../../src/api/contract.ts'
import { linkTo } from '../shell/route.ts'
import { Tile, TileLines } from './tile.tsx'

/** The runs and loads of the moment. */
export function UnderWayTile({
  situation,
  load,
}: {
  situation: SituationView | undefined
  load: LoadView | undefined
}) {
  const runs = situation?.runs ?? []
  const rate = load?.lastSecond?.requests
  return (
    <Tile
      title="Runs and loads"
      href={linkTo(runs.some(({ kind }) => kind === 'run') ? 'drills' : 'load')}
      tone={runs.length === 0 ? 'none' : 'good'}
      figure={situation === undefined ? '…' : runs.length === 0 ? 'none under way' : `${runs.length} under way`}
    >
      <TileLines
        lines={runs.map(({ kind, name, pid }) => ({
          key: `${kind} ${pid}`,
          text: `${kind === 'load' ? 'Load' : 'Drill'} ${name}`,
        }))}
      />
      {load !== undefined && (
        <p className="sub">
          {load.users} virtual users{rate === undefined ? '' : `, ${rate} requests a second`}
        </p>
      )}
      {runs.length === 0 && (
        <p className="sub">
          <a href={linkTo('load')}>Start a load</a> or <a href={linkTo('drills')}>a drill</a>
        </p>
      )}
    </Tile>
  )
}
