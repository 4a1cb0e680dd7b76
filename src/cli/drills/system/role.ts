import type { Command } from 'commander'
import { didYouMean, oneOf } from '../../../base/text/near-name.ts'
import { shellWord } from '../../../base/text/shell-word.ts'
import { usageErrors } from '../../../base/usage-errors.ts'
import type { UseName } from '../../../foreign/kubernetes/access/permissions.ts'
import type { RoleSubject } from '../../../foreign/kubernetes/access/role.ts'
import { SYSTEM_FILE } from '../../../runtimes/native/state/find-state.ts'
import { collect } from '../../arguments/collect.ts'
import { readContext } from '../../command.ts'
import { printJson, writeDocument } from '../../terminal/output.ts'

/** `firedrill system role` */
export function addRole(system: Command, signal: AbortSignal): void {
  system
    .command('role')
    .summary('print the Role that drills need in a Kubernetes cluster')
    .description(
      'Prints what Firedrill may do in the namespaces of the system and no more, for kubectl apply -f -. A comment on each rule says what needs it. Without --faults: only what looking takes.',
    )
    .argument('[file]', 'the description', SYSTEM_FILE)
    .option('--faults <names>', 'faults that are to be allowed: crash,lose', '')
    .option('--prove', 'also allow system check --prove', false)
    .option('--name <name>', 'of the Role', 'firedrill')
    .option(
      '--bind <subject>',
      'who gets it: user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME; repeatable',
      collect,
      [],
    )
    .action(async (file: string, options: RoleOptions, command: Command) => {
      const { json } = readContext(command, signal)
      const [{ readSystem }, { accessPlacesOf }, { roleFor }, { faultUses, faultUsesIn }] = await Promise.all([
        import('../../../foreign/file/system-file.ts'),
        import('../../../foreign/kubernetes/access/access-places.ts'),
        import('../../../foreign/kubernetes/access/role.ts'),
        import('../../../foreign/kubernetes/access/permissions.ts'),
      ])
      const { name, bind, faults, prove } = options
      const uses = [...readFaults(faults, faultUses), ...(prove ? (['prove'] as const) : [])]
      const subjects = bind.map(readSubject)
      const clusters = accessPlacesOf(await readSystem(file))
      if (clusters.length === 0) {
        throw usageErrors.error('FD_USAGE', {
          message: 'no service of the system is a workload of Kubernetes, and no link is a Service',
          where: file,
          expected: 'kubernetes: { workload: deployment/NAME } of a service',
          next: 'firedrill system discover writes such a file',
        })
      }
      const possible = new Set(clusters.flatMap(({ places }) => faultUsesIn(places)))
      const nowhere = uses.filter((use) => faultUses.includes(use) && !possible.has(use))
      if (nowhere.length > 0) {
        throw usageErrors.error('FD_USAGE', {
          message: `nothing of the system takes ${nowhere.join(', ')}`,
          where: file,
          expected: 'for faults on links: links: { NAME: { kubernetes: { service: NAME } } }',
        })
      }
      const roles = clusters.map(({ cluster, undoAccount, places }) => ({
        context: cluster.context,
        namespace: places.namespace,
        yaml: roleFor({ name: checkName(name), places, uses, subjects, undoAccount }),
      }))
      if (json) return printJson({ roles })
      writeDocument(roles.map(({ context, yaml }) => `${headOf(context)}${yaml}`).join('---\n'))
    })
}

interface RoleOptions {
  faults: string
  prove: boolean
  name: string
  bind: string[]
}

function headOf(context: string | undefined): string {
  return context === undefined ? '' : `# kubectl --context ${shellWord(context)} apply -f -\n`
}

/** @throws FD_USAGE */
function readFaults(text: string, known: readonly UseName[]): UseName[] {
  const names = text.split(',').map((one) => one.trim())
  return names
    .filter((one) => one !== '')
    .map((given) => {
      const found = known.find((one) => one === given)
      if (found !== undefined) return found
      const next = didYouMean(given, known)
      throw usageErrors.error('FD_USAGE', {
        message: 'this fault takes no rights in a cluster, or there is no such fault',
        where: '--faults',
        expected: oneOf(known),
        given,
        ...(next === undefined ? {} : { next }),
      })
    })
}

/** @throws FD_USAGE */
function checkName(name: string): string {
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) return name
  throw usageErrors.error('FD_USAGE', {
    message: 'this is not the name of a Role',
    where: '--name',
    expected: 'small letters, digits, hyphens and dots',
    given: name,
  })
}

/** @throws FD_USAGE */
function readSubject(given: string): RoleSubject {
  const [kind = '', ...rest] = given.split(':')
  const [first = '', second = ''] = rest
  if (kind === 'user' && rest.join(':') !== '') return { kind: 'User', name: rest.join(':') }
  if (kind === 'group' && rest.join(':') !== '') return { kind: 'Group', name: rest.join(':') }
  if (kind === 'serviceaccount' && rest.length === 2 && first !== '' && second !== '')
    return { kind: 'ServiceAccount', namespace: first, name: second }
  throw usageErrors.error('FD_USAGE', {
    message: 'this names nobody to bind the Role to',
    where: '--bind',
    expected: 'user:NAME, group:NAME or serviceaccount:NAMESPACE:NAME',
    given,
  })
}
