import { done, notYet } from '../../base/wait.ts'
import { defineRulesFault, groupOf, ruleFile } from './rules-fault.ts'

/** Adds a rule to Prometheus whose evaluation is slow. */

const GROUP = 'firedrill-slow-rule'

export const slowRule = defineRulesFault({
  name: 'slow-rule',
  summary: 'Add a rule that takes Prometheus longer to evaluate than its interval, and a core meanwhile',
  machine: 'one of its cores is kept busy',
  // 600,000 steps of a subquery take about 100 ms. Nothing is recorded.
  rules: ruleFile(GROUP, { record: 'firedrill:slow_rule', expr: 'count_over_time(vector(1)[10m:1ms]) < 0' }, '20ms'),
  async seen(subject) {
    const group = await groupOf(subject, GROUP)
    if (group === undefined) return notYet('the rule is not there')
    const { interval, evaluationTime } = group
    const seen = `an evaluation took ${evaluationTime.toFixed(3)} s, and is due every ${interval} s`
    return evaluationTime > interval ? done(seen) : notYet(seen)
  },
})
