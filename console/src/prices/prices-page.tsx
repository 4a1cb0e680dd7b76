import { useNow } from '../feed/use-now.ts'
import type { PageProps } from '../pages.tsx'
import { PriceRow } from './price-row.tsx'

/** The landing page: what every symbol costs now. When the prices are down, the last ones stay, greyed. */
export function PricesPage({ quotes, trouble }: PageProps) {
  const nowMs = useNow(1_000)
  const { rows } = quotes
  const stale = rows.filter(({ quote }) => quote.stale).length
  return (
    <>
      <h1>Prices</h1>
      {trouble === undefined && stale > 0 && (
        <p className="notice" role="status">
          {stale === rows.length ? 'All prices are' : `${stale} of ${rows.length} prices ${stale === 1 ? 'is' : 'are'}`}{' '}
          stale: the source delivers nothing newer.
        </p>
      )}
      {rows.length === 0 ? (
        <p className="empty">{trouble === undefined ? 'Waiting for the first prices …' : 'No price has come yet.'}</p>
      ) : (
        <table className="prices" data-down={trouble !== undefined || undefined}>
          <caption className="hidden">
            {trouble === undefined ? 'Prices, live' : 'The last prices before they went down'}
          </caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="course">
                Trend
              </th>
              <th scope="col" className="number">
                Price, age
              </th>
              <th scope="col" className="number">
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
