import { linkTo } from '../shell/route.ts'

/** What a newcomer does after the first drill. */
export function NextSteps() {
  return (
    <>
      <h2>Three next steps</h2>
      <ol className="next-steps">
        <li className="card">
          <h3>
            <a href={linkTo('dashboards')}>Look at the graphs</a>
          </h3>
          <p>
            Thirteen dashboards show the services, their users and the monitoring itself, live. Faults are marked in
            them.
          </p>
        </li>
        <li className="card">
          <h3>
            <a href={linkTo('faults', [], { fault: 'latency', service: 'store', for: '1m' })}>Break something else</a>
          </h3>
          <p>Make the store slow for a minute, and watch which alert fires and what the responder decides.</p>
        </li>
        <li className="card">
          <h3>
            <a href={linkTo('coverage')}>Find what nobody has tested</a>
          </h3>
          <p>The matrix of faults and alerts shows which alert has never fired in a drill: that is untested code.</p>
        </li>
      </ol>
    </>
  )
}
