import { type Static, Type } from '#typebox'
import { IncidentView } from '../../responder/incident/incident-view.ts'

/** All open incidents and the latest of those that are over, oldest first. */
export const IncidentsView = Type.Object({ incidents: Type.Array(IncidentView) })
export type IncidentsView = Static<typeof IncidentsView>
export const IncidentParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{1,16}$', description: 'Number or id' }),
})
export type { IncidentStory as IncidentStoryView } from '../../responder/incident/incident-view.ts'
export { IncidentStory, IncidentView } from '../../responder/incident/incident-view.ts'

/** The services on which the responder does not act for now. */
export const MaintenanceView = Type.Object({
  maintenance: Type.Array(
    Type.Object({
      service: Type.String({ description: 'A service, or * for everything' }),
      untilMs: Type.Number({ description: 'Epoch milliseconds' }),
      why: Type.String(),
    }),
  ),
})
export type MaintenanceView = Static<typeof MaintenanceView>
export { MaintenanceBody } from '../../responder/http/maintenance.ts'
