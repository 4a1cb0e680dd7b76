import { done, notYet } from '../../base/wait.ts'
import { defineRulesFault } from '../prometheus/rules-fault.ts'

/** Gives Prometheus a rule file that it cannot read. */

const METRIC = 'prometheus_config_last_reload_successful'

export const badConfig = defineRulesFault({
  name: 'bad-config',
  summary:
    'Put a rule file that cannot be read beside the others of Prometheus and have the configuration reloaded: it goes on with the old one',
  rules: 'groups: this should have been a list\n',
  async seen(subject) {
    const { body } = await subject.request({ method: 'GET', path: '/metrics', withoutToken: true })
    const value = body.split('\n').find((line) => line.startsWith(`${METRIC} `))
    return value === `${METRIC} 0` ? done(`${subject.replica} says ${value}`) : notYet(value ?? `no ${METRIC}`)
  },
})
