import { choose } from '../../base/choose.ts'
import { profiles } from '../../stack/profile.ts'
import type { createLogger } from '../../telemetry/logger.ts'

/** What only the containers of the Compose project run. Each resolves when it is over. */
export const inCompose: Record<string, (logger: Logger, signal: AbortSignal) => Promise<void>> = {
  async setup(logger) {
    const [{ setUp }, { describeComposeStack }] = await Promise.all([
      import('../../runtimes/compose/project/setup.ts'),
      import('../../api/control/compose-stack.ts'),
    ])
    await setUp(await describeComposeStack(profile(), await settings(), process.env))
    logger.info('secrets, configuration and folders are there')
  },

  async 'docker-proxy'(logger, signal) {
    const [{ Engine }, { createSocketProxy }, { ownProject }, { describeStack }] = await Promise.all([
      import('../../runtimes/compose/engine/engine.ts'),
      import('../../runtimes/compose/engine/socket-proxy.ts'),
      import('../../api/control/compose-stack.ts'),
      import('../../stack/topology.ts'),
    ])
    const socketPath = process.env.DOCKER_SOCKET ?? '/var/run/docker.sock'
    const engine = new Engine(`unix://${socketPath}`)
    const project = await ownProject(engine)
    const server = createSocketProxy({
      socketPath,
      engine,
      project,
      untouchable: ['docker-proxy', 'setup'],
      parts: describeStack(profile()).parts,
      onRefused: (what, why) => logger.warn({ what, why }, 'refused'),
    })
    await new Promise<void>((resolve) => server.listen(2375, process.env.HOST ?? '0.0.0.0', resolve))
    logger.info({ project }, 'listening')
    await untilAborted(signal)
    server.closeAllConnections()
    server.close()
    await engine.close()
  },

  /** Never brings the stack down when it ends: Compose does. */
  async control(logger, signal) {
    const [{ startControl }, { composeStack }, { StateFolder }, { packageVersion }, { consoleFolder }] =
      await Promise.all([
        import('../../api/control/control.ts'),
        import('../../api/control/compose-stack.ts'),
        import('../../runtimes/native/state/state-folder.ts'),
        import('../../base/files/package-version.ts'),
        import('../../api/server/console-files.ts'),
      ])
    const control = await startControl({
      folder: new StateFolder(process.env.FIREDRILL_STATE ?? '.firedrill'),
      profile: profile(),
      settings: await settings(),
      version: packageVersion(),
      prepare: composeStack(process.env),
      consoleFolder: consoleFolder(),
      closed: false,
      signal,
      onProgress: (progress) => progress.kind === 'step' && logger.info(progress.text),
    })
    logger.info({ url: control.view().url }, 'the stack is up')
    const asked = await Promise.race([control.downRequested.then(() => true), untilAborted(signal).then(() => false)])
    if (asked) await control.down()
    // Otherwise Compose stops this container, and each of the others itself.
    else process.exit(0)
  },
}

type Logger = ReturnType<typeof createLogger>

function profile() {
  return choose(profiles, process.env.FIREDRILL_PROFILE ?? 'lab', 'profile')
}

async function settings() {
  const [{ readStackSettings }, { shippedObjectives }] = await Promise.all([
    import('../../stack/settings.ts'),
    import('../../slo/document/load-objectives.ts'),
  ])
  return readStackSettings(process.env, await shippedObjectives())
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
