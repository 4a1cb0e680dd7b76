import { useNow } from '../feed/use-now.ts'
import type { PageProps } from '../page.ts'
import { PriceRow } from './price-row.tsx'

/** Of sources whose prices are not those of the market. */
const ORIGINS: Record<string, string> = {
  simulated: 'Simulated: the names are real, the prices are invented.',
  replay: 'Replayed: the prices come from a recording, again and again.',
}

/** The landing page: what every symbol costs now. When the prices are down, the last ones stay, greyed. */
export function PricesPage({ quotes, trouble }: PageProps) {
  const nowMs = useNow(1_000)
  const { rows, source } = quotes
  const stale = rows.filter(({ quote }) => quote.stale).length
  return (
    <>
      <h1>Prices</h1>
      {source !== undefined && ORIGINS[source] !== undefined && <p className="lead">{ORIGINS[source]}</p>}
      {trouble === undefined && stale > 0 && (
        <p className="notice" role="status">
          {stale === rows.length ? 'All prices are' : `${stale} of ${rows.length} prices ${stale === 1 ? 'is' : 'are'}`}{' '}
          stale: the source delivers nothing newer.
        </p>
      )}
      {rows.length === 0 ? (
        <p className="empty">{trouble === undefined ? 'Waiting for the first prices …' : 'No price has come yet.'}</p>
      ) : (
        <table className="prices" data-down={trouble?.part === 'quotes' || undefined}>
          <caption className="hidden">
            {trouble === undefined ? 'Prices, live' : 'The last prices before they went down'}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="course" title="As it came; the dashed line is the last close">
                Lately
              </th>
              <th scope="col" className="number">
                Price, age
              </th>
              <th scope="col" className="number" title="Since the last close">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <PriceRow key={row.quote.symbol} row={row} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
