import { linkTo } from '../shell/route.ts'

/** The button to the first drill. */
export function FirstDrill() {
  return (
    <section className="first-drill card" aria-label="The first drill" data-new>
      <div>
        <h2>See an alert work</h2>
        <p>
          The store crashes under the load of 20 virtual users. Is it seen, does the right alert fire, does the
          responder repair it, and how long do users suffer? You watch, and get a verdict in about half a minute.
        </p>
      </div>
      <a className="button" data-tone="main" href={linkTo('drills', ['store-crash'])}>
        Open the first drill
      </a>
    </section>
  )
}
