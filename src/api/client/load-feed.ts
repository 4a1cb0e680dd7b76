import { ClientFeed } from '../../load/figures/client-counts.ts'
import type { LoadState } from '../../load/result/result.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { StackView } from '../contract.ts'

/** Sends the state of a load to the stack, if one is up: for the console, and for Prometheus. */
export interface LoadFeed {
  /** Never waits and never fails: the load matters more than its display. */
  send(state: LoadState, ended: boolean): void
  close(): Promise<void>
}

/** `origins`: where the load goes. What its users see counts for the stack's objectives if that is a service of the stack. */
export async function openLoadFeed(folder: StateFolder, origins: readonly string[]): Promise<LoadFeed> {
  const [{ connectControl }, { findStack }, { loadView }, { LoadReporter }] = await Promise.all([
    import('./connect-control.ts'),
    import('../stack-files/control-file.ts'),
    import('./load-view.ts'),
    import('./load-reporter.ts'),
  ])
  if ((await findStack(folder))?.url === undefined) return { send: () => undefined, close: async () => undefined }
  const control = await connectControl(folder)
  const service = await control.stack().then(
    (stack) => serviceAt(origins, stack),
    () => undefined,
  )
  const clients =
    service === undefined ? undefined : new ClientFeed((requests) => control.reportRequests({ service, requests }))
  const reporter = new LoadReporter(control)
  let reported: Promise<unknown> = Promise.resolve()
  let counted: LoadState['endpoints'] = []
  return {
    send: (state, ended) => {
      counted = state.endpoints
      reporter.send(loadView(state, { ended }))
      reported = clients?.send(state.endpoints) ?? reported
    },
    close: async () => {
      await Promise.all([reporter.settled(), reported])
      await clients?.finish(counted)
    },
  }
}

function serviceAt(origins: readonly string[], { services }: StackView): string | undefined {
  const isThere = ({ address }: StackView['services'][number]['replicas'][number]) =>
    origins.includes(`http://${address.host}:${address.port}`)
  return services.find(({ kind, replicas }) => kind === 'service' && replicas.some(isThere))?.name
}
