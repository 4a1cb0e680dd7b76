import type { Logger } from 'pino'

/** A service that accepts requests. */
export interface Running {
  /** http://host:port */
  address: string
  /** Refuses what is new, finishes what has begun, within the five seconds that a runtime grants. Safe to call twice. */
  close(): Promise<void>
}

/** Starts a service with settings from the environment. @throws FD_CONFIG_INVALID, FD_SERVICE_PORT_TAKEN */
export type Serve = (env: NodeJS.ProcessEnv, logger: Logger) => Promise<Running>
