import type { StackView, UsageView } from '../../../src/api/contract.ts'
import { replicaTone } from '../format/replica-tone.ts'
import { linkTo } from '../shell/route.ts'
import { MachineLine } from '../stack/machine-line.tsx'
import { Tile, TileLines } from './tile.tsx'

/** What runs: how many replicas are healthy, and which are not. */
export function StackTile({ view, usage }: { view: StackView; usage: UsageView | undefined }) {
  const all = view.services.flatMap(({ name, replicas }) => replicas.map((replica) => ({ name, ...replica })))
  const wrong = all.filter(({ state }) => state !== 'healthy')
  const isBad = wrong.some(({ state }) => replicaTone[state] === 'bad')
  const figure = wrong.length === 0 ? `all ${all.length} healthy` : `${wrong.length} of ${all.length} not healthy`
  return (
    <Tile
      title="Stack"
      href={linkTo('stack')}
      tone={wrong.length === 0 ? 'good' : isBad ? 'bad' : 'wait'}
      figure={view.state === 'up' ? figure : `${view.state}: ${figure}`}
    >
      <TileLines
        lines={wrong.map(({ id, name, state }) => ({
          key: id,
          text: (
            <>
              <a href={linkTo('stack', [name])}>{id}</a> {state}
            </>
          ),
        }))}
      />
      {wrong.length === 0 && <MachineLine usage={usage} />}
    </Tile>
  )
}
