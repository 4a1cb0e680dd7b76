import { done, notYet } from '../../base/wait.ts'
import { defineRulesFault, groupOf, ruleFile } from './rules-fault.ts'

/** Adds a rule to Prometheus whose evaluation fails. */

const GROUP = 'firedrill-failing-rule'

export const failingRule = defineRulesFault({
  name: 'failing-rule',
  summary:
    'Add a rule that is well written and fails each time Prometheus evaluates it: many series where one is matched',
  rules: ruleFile(GROUP, { record: 'firedrill:failing_rule', expr: 'up * on () up' }),
  async seen(subject) {
    const [rule] = (await groupOf(subject, GROUP))?.rules ?? []
    if (rule?.health !== 'err') return notYet(rule === undefined ? 'the rule is not there' : `health ${rule.health}`)
    return done(`the rule fails: ${rule.lastError ?? 'Prometheus does not say why'}`)
  },
})
