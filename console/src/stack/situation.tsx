import type { SituationView } from '../../../src/api/contract.ts'
import { formatAge } from '../format/format-age.ts'

/** The alerts, incidents, maintenance and runs of the moment, and the policy and objectives in force. */
export function Situation({ situation, nowMs }: { situation: SituationView | undefined; nowMs: number }) {
  if (situation === undefined) return null
  const { alerts, incidents, maintenance, runs, policy, objectives, problems } = situation
  return (
    <section className="situation" aria-label="Now">
      <dl>
        <Row
          name="Alerts"
          items={alerts?.map((alert) => alertText(alert, nowMs))}
          isBad={alerts?.some(({ state }) => state === 'firing')}
        />
        <Row
          name="Open incidents"
          items={incidents?.map(
            ({ number, alertname, target, status }) =>
              `#${number} ${alertname}${target === '' ? '' : ` on ${target}`}: ${status}`,
          )}
        />
        <Row
          name="Runs and loads"
          items={runs.map(({ kind, name, pid }) => `${kind === 'load' ? 'load ' : ''}${name}, process ${pid}`)}
        />
        <Row
          name="Maintenance"
          items={maintenance?.map(({ service, untilMs, why }) => {
            const what = service === '*' ? 'everything' : service
            return `${what} for another ${formatAge(Math.max(0, untilMs - nowMs))}${why === '' ? '' : `: ${why}`}`
          })}
        />
        <Row name="Policy" items={[policy ?? 'the one that ships, responder.yaml']} />
        <Row
          name="Objectives"
          items={objectives.map(({ service, name, targetPercent }) => `${service}/${name} ${targetPercent} %`)}
        />
      </dl>
      {problems.map((problem) => (
        <p className="notice trouble" role="alert" key={problem}>
          Did not answer: {problem}
        </p>
      ))}
    </section>
  )
}

interface RowProps {
  name: string
  /** `undefined` where the source did not answer. */
  items: readonly string[] | undefined
  isBad?: boolean | undefined
}

function Row({ name, items, isBad = false }: RowProps) {
  return (
    <div data-bad={isBad || undefined}>
      <dt>{name}</dt>
      <dd>
        {items === undefined || items.length === 0 ? (
          <span className="none">{items === undefined ? 'not known' : 'none'}</span>
        ) : (
          <ul>
            {[...new Set(items)].map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        )}
      </dd>
    </div>
  )
}

function alertText(
  { name, labels, state, activeAtMs }: NonNullable<SituationView['alerts']>[number],
  nowMs: number,
): string {
  const about = labels.instance ?? labels.service
  return `${name}${about === undefined ? '' : ` ${about}`}: ${state} for ${formatAge(Math.max(0, nowMs - activeAtMs))}`
}
