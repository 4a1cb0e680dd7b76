import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { createSchemaCheck, show } from '../../base/schema/schema-check.ts'
import { didYouMean, oneOf } from '../../base/text/near-name.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { COMPARISON_EXPECTED, parseComparison } from '../../probes/comparison.ts'
import type { PartKind } from '../../stack/part.ts'
import {
  isSetting,
  isSettingName,
  type SettingChanges,
  settingProblems,
  type WithSettings,
} from '../../stack/setting-problems.ts'
import { TARGET } from '../actions/action.ts'
import { actions } from '../actions/actions.ts'
import { policySchema } from './policy-schema.ts'

/** Everything that is wrong with a policy that is YAML: its form, and the names it uses. */
export function checkPolicy(source: YamlSource, services: readonly KnownService[]): FileProblem[] {
  const problems = checkSchema(policySchema, source.value, { path: [], source })
  const root = source.value
  if (!isObject(root)) return problems

  const programs = isObject(root.programs) ? root.programs : {}
  const policy: PolicyNames = {
    source,
    services,
    names: services.map(({ name }) => name),
    programs: Object.keys(programs),
    say: (path, message, more = {}) =>
      problems.push({ ...source.positionOf(path), path: formatPath(path), message, ...more }),
  }
  checkPrograms(programs, policy)
  checkQuorum(root.guards, policy)
  const seen = new Map<string, number>()
  for (const [index, rule] of entriesOf(root.rules)) {
    if (!isObject(rule)) continue
    const at: Path = ['rules', index]
    checkName(rule.service, { path: [...at, 'service'], what: 'service', names: policy.names }, policy)
    const earlier = seen.get(show(rule.match))
    if (earlier === undefined) seen.set(show(rule.match), index)
    else policy.say([...at, 'match'], `can never match: rules[${earlier}] has the same labels`)
    for (const [number, step] of entriesOf(rule.ladder))
      if (isObject(step)) checkStep(step, [...at, 'ladder', number], policy)
    if (isObject(rule.verify)) checkVerify(rule.verify, [...at, 'verify'], policy.say)
  }
  return problems
}

/** A service as policies may name it. */
export interface KnownService extends WithSettings {
  kind: PartKind
  maxReplicas: number
}

const checkSchema = createSchemaCheck({
  comparison: {
    matches: (text) => parseComparison(text) !== undefined,
    expected: COMPARISON_EXPECTED,
  },
})

type Entry = Record<string, unknown>
type Say = (path: Path, message: string, more?: Partial<FileProblem>) => void

/** What a policy may name, and how a problem of it is reported. */
interface PolicyNames {
  source: YamlSource
  services: readonly KnownService[]
  /** Of the services. */
  names: readonly string[]
  /** Names of the programs that the policy defines. */
  programs: readonly string[]
  say: Say
}

function checkName(
  value: unknown,
  { path, what, names }: { path: Path; what: string; names: readonly string[] },
  { say }: PolicyNames,
): void {
  if (typeof value !== 'string' || names.includes(value)) return
  const next = didYouMean(value, names)
  const expected = names.length === 0 ? `a ${what}, but the policy defines none` : oneOf(names)
  say(path, `unknown ${what} "${value}"`, { expected, ...defined({ next }) })
}

function checkPrograms(programs: Entry, { say }: PolicyNames): void {
  for (const [name, program] of Object.entries(programs)) {
    const [file] = isObject(program) && Array.isArray(program.command) ? program.command : []
    if (typeof file !== 'string' || file.startsWith('/')) continue
    say(['programs', name, 'command', 0], 'not an absolute path', {
      expected: 'a path that begins with /',
      given: file,
    })
  }
}

function checkQuorum(guards: unknown, policy: PolicyNames): void {
  const quorum = isObject(guards) && isObject(guards.quorum) ? guards.quorum : {}
  const names = ['default', ...policy.names]
  for (const name of Object.keys(quorum))
    checkName(name, { path: ['guards', 'quorum', name], what: 'service', names }, policy)
}

/** An entry of a ladder: one action, and what it is done to. */
function checkStep(step: Entry, at: Path, policy: PolicyNames): void {
  const { services, names, programs, say } = policy
  const given = Object.keys(step).filter((key) => key in actions)
  const expected = `exactly one of ${Object.keys(actions).join(', ')}`
  if (given.length !== 1) say(at, given.length === 0 ? 'no action' : 'more than one action', { expected })
  checkRestart(step.restart, [...at, 'restart'], policy)
  checkName(step.run, { path: [...at, 'run'], what: 'program', names: programs }, policy)
  for (const action of ['scale', 'configure']) {
    const params = step[action]
    if (!isObject(params)) continue
    checkName(params.service, { path: [...at, action, 'service'], what: 'service', names: [TARGET, ...names] }, policy)
    const max = services.find(({ name }) => name === params.service)?.maxReplicas
    if (action === 'scale' && max !== undefined && Number(params.to) > max)
      say([...at, action, 'to'], 'out of range', { expected: `at most ${max}`, given: show(params.to) })
    if (action === 'configure') checkSet(params, [...at, action, 'set'], policy)
  }
}

/** A service, or a replica: its service's name and a number. */
function checkRestart(restart: unknown, path: Path, policy: PolicyNames): void {
  if (typeof restart !== 'string') return
  const { services, names, say } = policy
  const service = restart.replace(/-\d+$/, '')
  if (!names.includes(restart)) checkName(service, { path, what: 'service', names: [TARGET, ...names] }, policy)
  const restarted = services.find(({ name }) => name === restart || name === service)
  if (restarted?.kind === 'responder')
    say(path, 'the responder may not restart itself', {
      expected: 'another part: control restarts the responder when it ends',
    })
}

/** Settings of the service, with values that it would start with; of `target`, settings that some service has. */
function checkSet({ service, set }: Entry, path: Path, { source, services, say }: PolicyNames): void {
  if (!isObject(set)) return
  const changes = Object.fromEntries(
    Object.entries(set).filter(([name, value]) => isSettingName(name) && (typeof value === 'string' || value === null)),
  ) as SettingChanges
  const one = services.find(({ name }) => name === service)
  if (one !== undefined && one.kind !== 'service' && one.settings !== undefined) {
    say(path, `the responder may not configure ${one.name}`, { expected: 'a service of the system under drill' })
    return
  }
  if (one !== undefined) {
    for (const { name, ...problem } of settingProblems(one, changes, { byResponder: true }))
      say([...path, name], problem.message, { ...source.positionOfKey(path, name), ...problem })
  }
  if (service !== TARGET) return
  for (const name of Object.keys(changes)) {
    if (services.some((any) => isSetting(any, name))) continue
    const next = didYouMean(
      name,
      services.flatMap(({ settings }) => Object.keys(settings?.all ?? {})),
    )
    say([...path, name], `no service has a setting "${name}"`, {
      ...source.positionOfKey(path, name),
      expected: 'a setting that firedrill serve --help lists',
      ...defined({ next }),
    })
  }
}

function checkVerify(verify: Entry, path: Path, say: Say): void {
  const kinds = ['health', 'alert', 'query'].filter((key) => verify[key] !== undefined)
  if (kinds.length !== 1)
    say(path, kinds.length === 0 ? 'says nothing' : 'says two things', { expected: 'one of health, alert, query' })
  if ((verify.query === undefined) !== (verify.is === undefined)) {
    say(path, `"${verify.query === undefined ? 'query' : 'is'}" is missing`, { expected: 'query and is, together' })
  }
  if (typeof verify.query === 'string' && /\[(?!\$window\])[^\]]*\]/.test(verify.query)) {
    say([...path, 'query'], 'a window that may remember the failure', {
      expected: '[$window], the time since the action',
    })
  }
}

function entriesOf(list: unknown): [number, unknown][] {
  return Array.isArray(list) ? [...list.entries()] : []
}
