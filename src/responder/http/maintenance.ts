import { Type } from '#typebox'

/** PUT /maintenance: a person works on a service, and the responder keeps its hands off. */
export const MaintenanceBody = Type.Object(
  {
    service: Type.String({
      pattern: '^(\\*|[a-z][a-z0-9-]{0,62})$',
      default: '*',
      description: 'A service, or * for all',
    }),
    forMs: Type.Number({ minimum: 0, maximum: 7 * 86_400_000, description: 'From now on, in milliseconds; 0 ends it' }),
    why: Type.String({ maxLength: 200, default: '' }),
  },
  { additionalProperties: false },
)
