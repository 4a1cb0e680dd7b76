import type { LoadRunView } from '../../../src/api/contract.ts'
import { formatCount, formatMs } from '../format/format-figure.ts'
import { sentence } from './load-words.ts'

/** Thresholds, checks, and what a reader must know of the figures. */
export function LoadResults({ run }: { run: LoadRunView }) {
  const { thresholds, checks, reasons, saturation, unfinished, state } = run
  return (
    <div className="cards">
      {thresholds.length > 0 && (
        <section className="card">
          <h2>Thresholds</h2>
          <ul className="marks">
            {thresholds.map(({ text, met, observed }) => (
              <li key={text}>
                <Mark isGood={met} /> <code>{text}</code> · {observed ?? 'nothing was measured'}
              </li>
            ))}
          </ul>
        </section>
      )}
      {checks.length > 0 && (
        <section className="card">
          <h2>Checks</h2>
          <ul className="marks">
            {checks.map(({ name, passed, failed }) => (
              <li key={name}>
                <Mark isGood={failed === 0} /> {name} · {formatCount(passed)} passed
                {failed > 0 && `, ${formatCount(failed)} failed`}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card">
        <h2>{reasons.length > 0 ? 'Why' : 'Generator'}</h2>
        <ul className="marks">
          {reasons.map((reason) => (
            <li key={reason}>{sentence(reason)}</li>
          ))}
          {saturation.saturated && !reasons.includes(saturation.reason ?? '') && (
            <li>{sentence(saturation.reason ?? 'The generator does not keep up: the figures prove nothing.')}</li>
          )}
          {!saturation.saturated && (
            <li>
              <Mark isGood /> The generator {state === 'running' ? 'keeps' : 'kept'} up: it sends{' '}
              {formatMs(saturation.latenessP99Ms)} late (p99)
            </li>
          )}
          {unfinished > 0 && <li>{formatCount(unfinished)} requests were cut off by the end of the load</li>}
        </ul>
      </section>
    </div>
  )
}

function Mark({ isGood }: { isGood: boolean }) {
  return (
    <span data-tone={isGood ? 'good' : 'bad'}>
      <span aria-hidden="true">{isGood ? '✔' : '✘'}</span>
      <span className="hidden">{isGood ? 'Met:' : 'Not met:'}</span>
    </span>
  )
}
