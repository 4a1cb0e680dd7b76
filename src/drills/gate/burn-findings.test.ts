import { describe, expect, it } from 'vitest'
import { type AlertLabels, readAlertLabels } from '../../probes/alert-labels/alert-labels.ts'
import { profiles } from '../../stack/profile.ts'
import { readAlertScope } from '../evidence/alerts/alert-scope.ts'
import { burnFindings } from './burn-findings.ts'

const BURNING = { text: 'the error budget of shop burns', id: 'shop', series: [{ sloth_id: 'shop' }] }
const PAGE = {
  alert: 'ShopBurns',
  expr: 'slo:current_burn_rate:ratio > 14',
  forMs: 0,
  evaluationMs: 1_000,
  labels: { sloth_id: 'shop', sloth_severity: 'page' },
}

function changeOf(text: string): AlertLabels {
  const change = readAlertLabels({
    version: '2.42.0',
    yaml: `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: { cluster: eu-1 } }\n${text}`,
  })
  if ('unknown' in change) throw new Error(change.unknown)
  return change
}

/** What the burning objective means where `alertLabels` is what becomes of alerts. */
function findingWith(scope: Record<string, string>, alertLabels?: (AlertLabels | undefined)[]) {
  const [finding] = burnFindings([BURNING], {
    drill: { expectations: [] },
    alertRules: [PAGE],
    alertScope: readAlertScope({ scope, ignore: [] }),
    profile: profiles.lab,
    description: { access: { prometheus: { alertLabels }, alertmanager: {} } },
  })
  return finding
}

describe('an objective that burns', () => {
  it.each<[string, Record<string, string>, (AlertLabels | undefined)[] | undefined, boolean]>([
    ['counts where an external label makes it one of the scope', { cluster: 'eu-1' }, [changeOf('')], true],
    ['counts where one of a pair sends it', { cluster: 'eu-1' }, [undefined, changeOf('')], true],
    ['counts where it is not known what is added on the way', { cluster: 'eu-1' }, [undefined], true],
    ['does not count where its external label is another', { cluster: 'us-1' }, [changeOf('')], false],
    ['does not count where the label is missing, and nothing is added', { cluster: 'eu-1' }, undefined, false],
    [
      'does not count where what pages for it is dropped on its way',
      {},
      [changeOf('alerting: { alert_relabel_configs: [{ action: drop, source_labels: [sloth_id], regex: shop }] }')],
      false,
    ],
  ])('%s', (_, scope, alertLabels, counts) => {
    expect(findingWith(scope, alertLabels)?.tolerated).toBe(counts ? undefined : true)
  })
})
