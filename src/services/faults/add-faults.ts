import { tmpdir } from 'node:os'
import type { Logger } from 'pino'
import { type TObject, Type } from '#typebox'
import { errorClass, FiredrillError } from '../../base/errors.ts'
import { bearerAuth, HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { InsideFault } from '../../faults/inside/inside.ts'
import { HeldView, HoldBody } from '../../faults/lease.ts'
import { HeldFaults } from './held-faults.ts'
import { Interceptions, letAct } from './interceptions.ts'
import { Obstructions } from './obstructions.ts'

/**
 * Lets the holder of the token break this service, and puts it back when they stop renewing the lease. Without settings
 * there are no such routes, and nothing stands before any handler. Call it first of all: its routes are neither metered
 * nor shed, and what faults do is seen by everything that is added later. Returns the dependencies that faults can
 * stand before. `find` finds definitions, by default in the map.
 */
export function addFaults(
  app: HttpServer,
  settings: FaultSettings | undefined,
  { logger, find = findInside }: { logger: Logger; find?: typeof findInside },
): Obstructions {
  const obstructions = new Obstructions()
  if (settings === undefined) return obstructions
  const interceptions = new Interceptions()
  const held = new HeldFaults({ interceptions, obstructions, folder: settings.folder, find, logger })
  const authorise = bearerAuth({ control: settings.token })
  const authorised = { onRequest: async (request: Parameters<typeof authorise>[0]) => void authorise(request) }

  app.get(
    '/faults',
    { ...authorised, schema: { response: { 200: Type.Object({ faults: Type.Array(HeldView) }) } } },
    async () => ({ faults: held.list() }),
  )
  app.put(
    '/faults/:id',
    { ...authorised, schema: { params: Id, body: HoldBody, response: { 200: HeldView } } },
    async (request) => {
      try {
        return await held.hold(request.params.id, request.body)
      } catch (error) {
        throw error instanceof FiredrillError
          ? new HttpError(errorClass(error.code, [faultErrors])?.http ?? 422, error)
          : error
      }
    },
  )
  app.post(
    '/faults/:id/renew',
    { ...authorised, schema: { params: Id, response: { 200: HeldView } } },
    async (request) => found(held.renew(request.params.id)),
  )
  app.delete('/faults/:id', { ...authorised, schema: { params: Id, response: { 200: HeldView } } }, async (request) =>
    found(await held.end(request.params.id)),
  )
  app.get('/faults/:id/probe', { ...authorised, schema: { params: Id } }, async (request, reply) => {
    for (const interception of held.interceptionsOf(request.params.id))
      if (await letAct(interception, request, reply)) return reply
    return PROBE_BODY
  })
  interceptions.watch(app)
  app.addHook('preClose', () => held.close())
  return obstructions
}

export interface FaultSettings {
  /** Allows its holder to break the service. */
  token: string
  /** For the files of faults. */
  folder: string
}

/** FAULTS_TOKEN and FAULTS_FOLDER; `undefined` without a token: then the service takes no faults. */
export function readFaultSettings(env: NodeJS.ProcessEnv): FaultSettings | undefined {
  const { FAULTS_TOKEN: token, FAULTS_FOLDER: folder } = env
  return token === undefined || token === '' ? undefined : { token, folder: folder ?? tmpdir() }
}

const Id = Type.Object({ id: Type.String({ pattern: '^[0-9a-z-]{1,64}$' }) })

/** What a probe is answered when no fault touches it: enough of a body to see that it comes slowly. */
const PROBE_BODY = { probe: 'This is what a probe is answered when no fault touches it.' }

/** The definitions are loaded with the first fault: a service that is never broken does without them. */
export async function findInside(name: string): Promise<InsideFault<TObject> | undefined> {
  const { faults } = await import('../../faults/faults.ts')
  const fault = Object.hasOwn(faults, name) ? faults[name as keyof typeof faults] : undefined
  return fault !== undefined && 'begin' in fault ? (fault as unknown as InsideFault<TObject>) : undefined
}

function found(view: HeldView | undefined): HeldView {
  if (view !== undefined) return view
  throw new HttpError(404, faultErrors.error('FD_FAULT_NOT_ACTIVE', { message: 'no fault of that id is held here' }))
}
