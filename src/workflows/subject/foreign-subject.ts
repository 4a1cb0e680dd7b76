import { existsSync } from 'node:fs'
import { packageVersion } from '../../base/files/package-version.ts'
import type { TurnPlace } from '../../base/turn.ts'
import { foreignErrors } from '../../foreign/errors.ts'
import type { ForeignSystem } from '../../foreign/file/foreign-system.ts'
import type { LeftFault } from '../../foreign/guardian/guard.ts'
import { nextSteps } from '../../foreign/guardian/next-steps.ts'
import type { Receiver } from '../../receiver/receiver.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { workflowErrors } from '../errors.ts'
import type { ForeignSubject } from './drill-subject.ts'

/**
 * The system that the file `given` describes. `undefined`: drills are for the stack of the state folder. A system that is not ours is
 * always named: nothing is done to it because its description lies in this folder.
 * @throws FD_SYSTEM_NOT_NAMED, FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID
 */
export async function findForeign(
  given: string | undefined,
  { folder, files }: { folder: StateFolder; files: readonly string[] },
): Promise<ForeignSubject | undefined> {
  if (given === undefined) {
    await refuseUnnamed(folder, files)
    return undefined
  }
  const [{ readSystem }, { namesOf }, { systemLevers }] = await Promise.all([
    import('../../foreign/file/system-file.ts'),
    import('../../foreign/file/foreign-names.ts'),
    import('../../foreign/system-levers.ts'),
  ])
  const system = await readSystem(given)
  if (system.safety.environment === 'production') refuseUnidentified(system)
  return {
    file: given,
    environment: system.safety.environment,
    reading: namesOf(system),
    turns: await turnsOf(system),
    levers: systemLevers(system),
    planContext: async (drills) =>
      (await import('../../foreign/monitoring/plan-context.ts')).planContextOf(system, drills),
    open: async (confirmed) => {
      const [{ startGuardian }, { foreignSystemUnderDrill }, { proxyAccess }] = await Promise.all([
        import('../../foreign/guardian/start-guardian.ts'),
        import('../../foreign/system-under-drill.ts'),
        import('../../foreign/links/proxy-access.ts'),
      ])
      // The guardian asks for the same token: without it, only its log would say why it has not started.
      proxyAccess(system, process.env)
      await refuseLeftBehind(system)
      const receiver = await receiverOf(system)
      const guard = await startGuardian(system.file, folder).catch(async (error: unknown) => {
        await receiver?.close()
        throw error
      })
      return {
        system: foreignSystemUnderDrill(system, guard, { version: packageVersion(), confirmed, receiver }),
        gone: new AbortController().signal,
        annotate: async () => undefined,
        close: async () => {
          const left = await guard.close()
          await receiver?.close()
          if (left.length > 0) throw stillInForce(left, system.file, folder.log('guardian'))
        },
      }
    },
  }
}

/** Where copies of notifications arrive. A server is loaded only where the system names one. */
async function receiverOf({ receiver }: ForeignSystem): Promise<Receiver | undefined> {
  if (receiver === undefined) return undefined
  const { openReceiver } = await import('../../receiver/open-receiver.ts')
  return openReceiver(receiver)
}

/** What the guardian could not undo when the run was over. */
function stillInForce(left: readonly LeftFault[], file: string, log: string) {
  return foreignErrors.error('FD_FOREIGN_LEFT_BEHIND', {
    message: `could not be undone yet: ${left.map(({ what, why }) => `${what} (${why})`).join('; ')}`,
    where: file,
    next: [`the guardian tries on, and logs what becomes of it in ${log}`, ...nextSteps(left, file)].join('\n'),
  })
}

/** One run at a time: on this machine for its monitoring, from all machines in each namespace that it is in. */
async function turnsOf(system: ForeignSystem): Promise<TurnPlace> {
  const { everyTurn, systemTurn } = await import('../../foreign/system-turn.ts')
  const here = systemTurn(system)
  if (!isInCluster(system)) return here
  const { clusterTurns } = await import('../../foreign/kubernetes/turn/cluster-turns.ts')
  return everyTurn([here, ...clusterTurns(system)])
}

function isInCluster({ services, serviceLinks }: ForeignSystem): boolean {
  return services.some(({ run }) => run.kind === 'kubernetes') || serviceLinks.length > 0
}

/** @throws FD_FOREIGN_LEFT_BEHIND where a fault of another run is in force in a cluster of the system, or was left */
async function refuseLeftBehind(system: ForeignSystem): Promise<void> {
  if (!isInCluster(system)) return
  const left = await import('../../foreign/kubernetes/undo/undo-system.ts')
  await left.refuseLeftBehind(system)
}

/** @throws FD_FOREIGN_INVALID where a process of production is known by its port or pid file alone */
function refuseUnidentified({ file, services }: ForeignSystem): void {
  const unknown = services.filter(
    ({ run }) => run.kind === 'process' && run.processes.some(({ is }) => is?.program === undefined),
  )
  if (unknown.length === 0) return
  throw foreignErrors.error('FD_FOREIGN_INVALID', {
    message: `on production a process is known by its program too: ${unknown.map(({ name }) => name).join(', ')}`,
    where: file,
    expected: 'is: { program: node, user: shop, folder: /srv/shop } beside port or pidFile',
    next: `firedrill system check ${file} prints the lines for what runs now`,
  })
}

/** @throws FD_SYSTEM_NOT_NAMED where a description of a system lies here, and no stack is up */
async function refuseUnnamed(folder: StateFolder, files: readonly string[]): Promise<void> {
  if (!existsSync(SYSTEM_FILE)) return
  const { findStack } = await import('../../api/stack-files/control-file.ts')
  if ((await findStack(folder)) !== undefined) return
  throw workflowErrors.error('FD_SYSTEM_NOT_NAMED', {
    message: `./${SYSTEM_FILE} describes a system, no stack is up here, and the command names neither`,
    next: `firedrill run ${files.join(' ')} --system ${SYSTEM_FILE}\nor, for a stack of Firedrill's own, firedrill up first`,
  })
}
