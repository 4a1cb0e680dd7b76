import { type TObject, Type } from '#typebox'
import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { type Attempt, done, notYet, waitUntil } from '../../base/wait.ts'
import { type FaultDefinition, landed, notLanded, type Subject } from '../fault.ts'

/** How a fault that adds rules to Prometheus is defined. */

/** Prometheus reads its configuration quickly; a slow rule shows after its first evaluation. */
const SEEN_WITHIN_MS = 10_000
const GONE_WITHIN_MS = 5_000
const LOOK_MS = 50

const params = Type.Object({}, { additionalProperties: false })

interface RulesFaultOptions extends Pick<FaultDefinition, 'name' | 'summary' | 'machine'> {
  /** The rule file. */
  rules: string
  /** Looks for the effect in a Prometheus that has read the file: done with what was seen, for people. */
  seen(subject: Subject): Promise<Attempt<string>>
}

/** A fault that adds a harmful rule file to Prometheus. To undo it, the file is removed and the configuration reloaded. */
export function defineRulesFault({ rules, seen, ...definition }: RulesFaultOptions): FaultDefinition<TObject> {
  return {
    ...definition,
    params,
    needs: ['canKill', 'rules'],
    async start(subject, _params, { id }) {
      const file = `${definition.name}-${id}`
      await subject.loadRules(file, rules)
      const injectedAtMs = Date.now()
      const landing = await waitUntil(() => seen(subject), {
        what: `${subject.replica} to show the rules' effect`,
        timeoutMs: SEEN_WITHIN_MS,
        intervalMs: LOOK_MS,
      }).then(landed, (error: { details?: { given?: string } }) => notLanded(error.details?.given ?? messageOf(error)))
      let isThere = true
      const undo = async () => {
        if (!isThere) return { changed: false, detail: 'the rules were removed already' }
        await subject.loadRules(file, undefined)
        isThere = false
        const removed = `the rules of ${definition.name} are removed`
        const detail = await waitUntil(
          async () => ((await seen(subject)).done ? notYet('their effect still shows') : done(removed)),
          { what: 'the rules to be gone', timeoutMs: GONE_WITHIN_MS, intervalMs: LOOK_MS },
        ).catch(() => `${removed}; ${subject.replica} reads that when it runs`)
        return { changed: true, detail }
      }
      return { injectedAtMs, landing, undo }
    },
  }
}

/** The fields of Prometheus' answer about a group of rules that serve as proof. */
interface GroupView {
  name: string
  /** Both in seconds. */
  interval: number
  evaluationTime: number
  rules: { health: string; lastError?: string }[]
}

/** The group in Prometheus; `undefined` when it has none of that name. Rejects when Prometheus does not answer. */
export async function groupOf(subject: Subject, name: string): Promise<GroupView | undefined> {
  const { body } = await subject.request({ method: 'GET', path: '/api/v1/rules', withoutToken: true })
  const { data } = JSON.parse(body) as { data: { groups: GroupView[] } }
  return data.groups.find((one) => one.name === name)
}

/** A rule file of one group with one rule. */
export function ruleFile(name: string, rule: { record: string; expr: string }, interval?: string): string {
  const group = { name, ...defined({ interval }), rules: [rule] }
  return `${JSON.stringify({ groups: [group] }, null, 2)}\n`
}
