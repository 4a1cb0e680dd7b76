import type { PartPlan } from '../../compose/project/plan.ts'
import { MAIN_PORT } from './manifest.ts'

/** How the kubelet asks whether a container is ready, and whether it is alive. */

const PERIOD_SECONDS = 2
const TIMEOUT_SECONDS = 2

/**
 * Ready is what its health check says. Nothing is restarted for answering badly, so that this stays visible and is repaired by the
 * responder; but what its part says must not hang is.
 */
export function probesOf(plan: PartPlan): object {
  const check = checkOf(plan)
  const { restartWhenUnhealthyMs } = plan.part
  const pace = { periodSeconds: PERIOD_SECONDS, timeoutSeconds: TIMEOUT_SECONDS }
  if (restartWhenUnhealthyMs === undefined) return { readinessProbe: { ...check, ...pace } }
  const failureThreshold = Math.ceil(restartWhenUnhealthyMs / 1_000 / PERIOD_SECONDS)
  return { readinessProbe: { ...check, ...pace }, livenessProbe: { ...check, ...pace, failureThreshold } }
}

/** A password would stand in the manifest: of a part that asks for one, an open port is enough. */
function checkOf({ part, component }: PartPlan): object {
  if (part.health.kind === 'http') {
    return part.password === undefined
      ? { httpGet: { path: part.health.path, port: MAIN_PORT } }
      : { tcpSocket: { port: MAIN_PORT } }
  }
  const [how, ...command] = component?.health ?? []
  if (how === 'CMD') return { exec: { command } }
  if (how === 'CMD-SHELL') return { exec: { command: ['sh', '-c', ...command] } }
  return { tcpSocket: { port: MAIN_PORT } }
}
