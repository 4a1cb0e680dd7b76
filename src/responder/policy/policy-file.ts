import type { Static } from '#typebox'
import { defined } from '../../base/defined.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseYamlFile, readYamlFile } from '../../base/yaml/yaml-file.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { parseComparison } from '../../probes/comparison.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { type ActionName, actions } from '../actions/actions.ts'
import { responderErrors } from '../errors.ts'
import type { Floor, Policy, Rule, Step, Verify } from './policy.ts'
import type { policySchema } from './policy-schema.ts'
import { checkPolicy, type KnownService } from './policy-validation.ts'

/**
 * Reads a policy file: read → parse → validate → default → scale to the stack's clock.
 * @throws FD_RESPONDER_POLICY_NOT_FOUND, FD_FILE_UNREADABLE, or FD_RESPONDER_POLICY with all problems of the file.
 */
export async function readPolicy(file: string, clockFactor: number): Promise<Policy> {
  return parsePolicy(await readPolicyText(file), file, clockFactor)
}

/** In production time. */
const DEFAULTS = {
  cooldown: '30s',
  perTarget: { actions: 4, window: '10m' },
  overall: { actions: 20, window: '10m' },
  quorum: { default: '50%' },
  settle: '5m',
  over: '30s',
  timeout: '30s',
} as const

type PolicyDocument = Static<typeof policySchema>
type RuleDocument = PolicyDocument['rules'][number]

/** The text of a policy file. @throws FD_RESPONDER_POLICY_NOT_FOUND, FD_FILE_UNREADABLE */
export function readPolicyText(file: string): Promise<string> {
  return readYamlFile(file, (found) =>
    responderErrors.error('FD_RESPONDER_POLICY_NOT_FOUND', {
      message: 'there is no such policy',
      expected: 'the path of a policy, for example responder.yaml',
      ...found,
    }),
  )
}

/** The same for a text; `file` is what problems name. Every duration is divided by `clockFactor`. */
export function parsePolicy(text: string, file: string, clockFactor: number): Policy {
  const check = (source: YamlSource) => checkPolicy(source, shippedServices())
  const source = parseYamlFile(text, { file, code: 'FD_RESPONDER_POLICY', check })
  const { dryRun = false, guards = {}, rules, programs = {} } = source.value as PolicyDocument
  const ms = (duration: string) => Math.round(milliseconds(duration) / clockFactor)
  const limit = ({ actions: count, window }: { actions: number; window: string }) => ({
    actions: count,
    windowMs: ms(window),
  })
  return {
    dryRun,
    guards: {
      cooldownMs: ms(guards.cooldown ?? DEFAULTS.cooldown),
      perTarget: limit(guards.perTarget ?? DEFAULTS.perTarget),
      overall: limit(guards.overall ?? DEFAULTS.overall),
      quorum: Object.fromEntries(
        Object.entries({ ...DEFAULTS.quorum, ...guards.quorum }).map(([service, floor]) => [service, toFloor(floor)]),
      ),
    },
    rules: rules.map((rule) => toRule(rule, ms)),
    programs: Object.fromEntries(
      Object.entries(programs).map(([name, { command, timeout }]) => {
        const timeoutMs = milliseconds(timeout ?? DEFAULTS.timeout)
        return [name, { command: command as [string, ...string[]], timeoutMs }]
      }),
    ),
  }
}

function toRule({ name, match, service, ladder, verify, settle }: RuleDocument, ms: (text: string) => number): Rule {
  return {
    name,
    match: Object.fromEntries(Object.entries(match).map(([label, value]) => [label, [value].flat()])),
    ...defined({ service }),
    ladder: ladder.map((entry): Step => {
      const action = Object.keys(entry).find((key) => key in actions) as ActionName
      return { action, params: entry[action], settleMs: ms(entry.settle ?? settle ?? DEFAULTS.settle) }
    }),
    verify: toVerify(verify, ms),
  }
}

function toVerify(verify: RuleDocument['verify'], ms: (text: string) => number): Verify {
  const overMs = ms(verify?.over ?? DEFAULTS.over)
  const is = parseComparison(verify?.is ?? '')
  if (verify?.query !== undefined && is !== undefined) return { kind: 'query', query: verify.query, is, overMs }
  return { kind: verify?.alert === undefined ? 'health' : 'alert', overMs }
}

function toFloor(floor: number | string): Floor {
  return typeof floor === 'number' ? { replicas: floor } : { ratio: Number(floor.slice(0, -1)) / 100 }
}

/** Called with texts that the schema has let through. */
function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0
}

function shippedServices(): KnownService[] {
  return describeStack(profiles.lab).parts.map(({ maxReplicas = 1, ...part }) => ({ ...part, maxReplicas }))
}
