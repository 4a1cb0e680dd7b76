import type { ObjectiveView } from '../../../src/api/contract.ts'
import { formatAmount, formatShortTime } from '../format/format-amount.ts'
import { Badge } from '../ui/badge.tsx'

/** How fast the budget burns over the two windows of each limit: both must exceed it before the alert fires. */
export function BurnTable({ objective: { limits, burnRates } }: { objective: ObjectiveView }) {
  if (limits.length === 0) {
    return (
      <>
        <p>Its alerts are switched off: nobody is notified of it.</p>
        <RatesList burnRates={burnRates} />
      </>
    )
  }
  const rateOf = (window: string) => burnRates.find((one) => one.window === window)
  return (
    <div className="scroll-x">
      <table className="burn">
        <caption className="hidden">Burn rates and the limits of the alerts</caption>
        <thead>
          <tr>
            <th scope="col">Alert</th>
            <th scope="col" className="number">
              Fires above
            </th>
            <th scope="col">Long window</th>
            <th scope="col">Short window</th>
            <th scope="col" className="number">
              Budget gone by then
            </th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ severity, factor, short, long, budgetPercent }) => (
            <tr key={`${severity} ${factor}`}>
              <th scope="row">
                <Badge tone={severity === 'page' ? 'bad' : 'wait'}>{severity}</Badge>
              </th>
              <td className="number">{formatAmount(factor)}×</td>
              <td>
                <Rate rate={rateOf(long)} factor={factor} />
              </td>
              <td>
                <Rate rate={rateOf(short)} factor={factor} />
              </td>
              <td className="number">{budgetPercent} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type BurnRate = ObjectiveView['burnRates'][number]

function Rate({ rate, factor }: { rate: BurnRate | undefined; factor: number }) {
  if (rate === undefined) return <>–</>
  const share = Math.min(1, (rate.rate ?? 0) / factor)
  return (
    <span className="burn-rate">
      <span className="number">{rate.rate === null ? 'no events' : `${formatAmount(rate.rate)}×`}</span>
      <span className="sub">{windowText(rate)}</span>
      <span className="burn-meter" aria-hidden="true">
        <span
          className="burn-fill"
          data-tone={share >= 1 ? 'bad' : share > 0.5 ? 'wait' : 'good'}
          style={{ width: `${share * 100}%` }}
        />
      </span>
    </span>
  )
}

function RatesList({ burnRates }: { burnRates: readonly BurnRate[] }) {
  return (
    <dl className="figures">
      {burnRates.map((rate) => (
        <div key={rate.window}>
          <dt>{windowText(rate)}</dt>
          <dd className="number">{rate.rate === null ? 'no events' : `${formatAmount(rate.rate)}×`}</dd>
        </div>
      ))}
    </dl>
  )
}

/** "over 1h (2 min here)": the clock of the stack may be faster than the name of the window says. */
function windowText({ window, windowMs }: BurnRate): string {
  return `over ${window} (${formatShortTime(windowMs)} here)`
}
