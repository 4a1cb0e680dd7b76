import { type Static, Type } from '#typebox'
import type { TextFormat } from '../../base/schema/schema-check.ts'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { ALERT_MATCHER_EXPECTED, parseAlertMatcher } from '../../drills/evidence/alerts/alert-matcher.ts'
import type { AlertSettings } from '../../drills/evidence/alerts/alert-scope.ts'

/** The key `alerts` of firedrill.yaml: which alerts of a monitoring that others share are about this system. */
export const alertsSchema = Type.Object(
  {
    scope: Type.Optional(
      strictRecord(Type.String(), {
        keys: '^[a-zA-Z_][a-zA-Z0-9_]*$',
        minProperties: 1,
        description: 'Labels that an alert of this system has: { team: shop }. Others count against no drill',
      }),
    ),
    ignore: Type.Optional(
      Type.Array(Type.String({ format: 'alert-matcher' }), {
        description: 'Alerts that count against no drill, by name or matchers: TargetDown{job="kube-proxy"}',
      }),
    ),
  },
  { additionalProperties: false },
)

export const alertMatcherFormat: TextFormat = {
  matches: (text) => parseAlertMatcher(text) !== undefined,
  expected: ALERT_MATCHER_EXPECTED,
}

export function toAlertSettings({ scope = {}, ignore = [] }: Static<typeof alertsSchema> = {}): AlertSettings {
  return { scope, ignore }
}
