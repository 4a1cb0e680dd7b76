import type { LoadState } from '../load/result.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'

/** Tells the stack, if one is up, how a run stands: for the console, and for Prometheus. */
export interface LoadFeed {
  /** Never waits and never fails: the load matters more than who watches it. */
  tell(state: LoadState, ended: boolean): void
  close(): Promise<void>
}

export async function openLoadFeed(folder: StateFolder): Promise<LoadFeed> {
  const [{ connectControl, findStack }, { loadView }] = await Promise.all([
    import('../api/control-file.ts'),
    import('./load-view.ts'),
  ])
  if ((await findStack(folder))?.url === undefined) return { tell: () => undefined, close: async () => undefined }
  const control = await connectControl(folder)
  let last: Promise<void> = Promise.resolve()
  return {
    tell: (state, ended) => {
      const view = loadView(state, ended)
      last = last.then(() => control.tellLoad(view)).catch(() => undefined)
    },
    close: () => last,
  }
}
