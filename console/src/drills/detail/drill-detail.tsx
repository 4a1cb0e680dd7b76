import { useDeferredValue } from 'react'
import type { DrillView } from '../../../../src/api/contract/drills/drills.ts'
import { usePoll } from '../../feed/use-poll.ts'
import { linkTo } from '../../shell/route.ts'
import { useAddress } from '../../shell/use-address.ts'
import { Empty } from '../../ui/empty.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { RunsUnderWay } from '../list/runs-under-way.tsx'
import { DrillFile } from './drill-file.tsx'
import { DrillRuns } from './drill-runs.tsx'
import { chosenParameters, whyWrong } from './parameter-query.ts'
import { PlanPicture } from './plan-picture.tsx'
import { StartRun } from './start-run.tsx'

/** One drill: what it would do, the button that runs it, its file and its runs. */
export function DrillDetail({ name, folder }: { name: string; folder: string | undefined }) {
  const drill = usePoll('drill', { params: { drill: name } }, { everyMs: 5_000 })
  const isUnknown = drill.failure?.silent === false && drill.value === undefined
  const crumbs = (
    <nav className="crumbs" aria-label="Where this is">
      <a href={linkTo('drills')}>Drills</a> <span aria-hidden="true">/</span> {name}
    </nav>
  )
  if (isUnknown) {
    return (
      <>
        {crumbs}
        <h1>{name}</h1>
        <Empty title={`There is no drill ${name}`}>
          <a href={linkTo('drills')}>All drills</a>
        </Empty>
      </>
    )
  }
  return (
    <>
      {crumbs}
      <h1>{drill.value === undefined || drill.value.title === '' ? name : drill.value.title}</h1>
      <Waiting for={drill} height="40rem">
        {(view) => <Detail drill={view} folder={folder} />}
      </Waiting>
    </>
  )
}

function Detail({ drill, folder }: { drill: DrillView; folder: string | undefined }) {
  const { query } = useAddress()
  const { name, why, ships, parameters, text, path } = drill
  const chosen = chosenParameters(parameters, query)
  const isValid = parameters.every(
    (parameter) => whyWrong(parameter, chosen[parameter.name] ?? String(parameter.default)) === undefined,
  )
  const set = useDeferredValue(new URLSearchParams(chosen).toString())
  const plan = usePoll(
    'drillPlan',
    ships && isValid ? { params: { drill: name }, query: set === '' ? {} : { set } } : undefined,
    {
      everyMs: 15_000,
      keepsOld: true,
    },
  )
  return (
    <>
      {why !== '' && <p className="lead">{why}</p>}
      <RunsUnderWay drill={name} />
      <div className="drill-columns">
        <section className="card" aria-labelledby="plan">
          <h2 id="plan">What a run does</h2>
          {ships && !isValid && <p className="sub">The plan is shown again when the parameters are right.</p>}
          {ships && isValid && (
            <Waiting for={plan} height="24rem">
              {(view) => <PlanPicture plan={view} spread={drill.spread} />}
            </Waiting>
          )}
          {!ships && <p className="sub">This drill does not ship: only the journals of its runs are known here.</p>}
        </section>
        {ships && <StartRun drill={drill} plan={plan.value} chosen={chosen} isValid={isValid} folder={folder} />}
      </div>
      <DrillRuns name={name} />
      {text !== null && <DrillFile text={text} path={path ?? name} />}
    </>
  )
}
