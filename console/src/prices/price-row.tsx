import type { QuoteRow } from '../feed/quotes-state.ts'
import { formatAge } from '../format/format-age.ts'
import { formatChange, formatPrice, type Trend, trendOf } from '../format/format-price.ts'
import { quoteAgeMs } from './quote-age.ts'
import { Sparkline } from './sparkline.tsx'

const ARROW: Record<Trend, string> = { up: '▲', down: '▼', flat: '◆' }
const WORD: Record<Trend, string> = { up: 'up', down: 'down', flat: 'unchanged' }

export function PriceRow({ row, nowMs }: { row: QuoteRow; nowMs: number }) {
  const { quote, points, moved } = row
  const trend = trendOf(quote.change)
  return (
    <tr data-symbol={quote.symbol} data-stale={quote.stale || undefined}>
      <th scope="row">
        <span className="name">{quote.name}</span>
        <span className="sub">
          {quote.symbol}
          {quote.stale && (
            <span className="stale" title="The source delivers no newer price">
              stale
            </span>
          )}
        </span>
      </th>
      <td className="course">
        <Sparkline points={points} reference={quote.previous} />
      </td>
      <td className="number">
        {/* The key makes it a new element at each price, so that its flash runs again. */}
        <span key={quote.price} className="price" data-moved={moved}>
          {formatPrice(quote.price)} <span className="currency">{quote.currency}</span>
        </span>
        <span className="sub age">{formatAge(quoteAgeMs(row, nowMs))} ago</span>
      </td>
      <td className="number change" data-trend={trend}>
        <span className="change-amount">
          <span className="arrow" role="img" aria-label={WORD[trend]}>
            {ARROW[trend]}
          </span>{' '}
          {formatChange(quote.change)}
        </span>
        <span className="sub">{formatChange(quote.changePercent)} %</span>
      </td>
    </tr>
  )
}
