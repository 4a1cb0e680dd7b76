import { done, notYet } from '../../base/wait.ts'
import { defineFault, type Injection, type RunningFault, type Subject } from '../fault.ts'
import { containerAt, holdChange, waitsWith } from '../kubernetes/hold-change.ts'
import { defineRulesFault } from '../prometheus/rules-fault.ts'
import type { WorkloadDescription } from '../workload.ts'

/** Gives a program a configuration that it cannot use: Prometheus a rule file, a workload of Kubernetes a ConfigMap that is not there. */

const METRIC = 'prometheus_config_last_reload_successful'

const badRules = defineRulesFault({
  name: 'bad-config',
  summary:
    'Put a rule file that cannot be read beside the others of Prometheus and have the configuration reloaded: it goes on with the old one. Of a workload of Kubernetes: roll out a reference to a ConfigMap that does not exist, so that new pods never start',
  rules: 'groups: this should have been a list\n',
  async seen(subject) {
    const { body } = await subject.request({ method: 'GET', path: '/metrics', withoutToken: true })
    const value = body.split('\n').find((line) => line.startsWith(`${METRIC} `))
    return value === `${METRIC} 0` ? done(`${subject.replica} says ${value}`) : notYet(value ?? `no ${METRIC}`)
  },
})

export const badConfig = defineFault({
  ...badRules,
  onWorkload: true,
  start: async (subject, params, injection) =>
    subject.workload === undefined
      ? badRules.start(subject, params, injection)
      : referToNothing(subject, badRules.name, injection),
})

/** No ConfigMap of ours is ever made, so none has a name that begins so. */
function referToNothing(subject: Subject, fault: string, injection: Injection): Promise<RunningFault> {
  const reference = { configMapRef: { name: `firedrill-not-there-${injection.id.slice(0, 8)}` } }
  const patches = (workload: WorkloadDescription) => {
    const { index, name, envFrom } = containerAt(workload, '')
    const container = `/spec/template/spec/containers/${index}`
    const same = { op: 'test', path: `${container}/name`, value: name } as const
    const list = `${container}/envFrom`
    // Ours alone, by its value: others may come beside it.
    const own = `${list}/${envFrom?.length ?? 0}`
    const act =
      envFrom === undefined
        ? ([same, { op: 'add', path: list, value: [reference] }] as const)
        : ([same, { op: 'test', path: list, value: envFrom }, { op: 'add', path: own, value: reference }] as const)
    return {
      act,
      undo: [same, { op: 'test', path: own, value: reference }, { op: 'remove', path: own }] as const,
      what: `environment of ${name}: from a ConfigMap that is not there`,
    }
  }
  return holdChange(
    subject,
    { change: { fault, rollsOut: true, patches }, seen: waitsWith(['CreateContainerConfigError']) },
    injection,
  )
}
