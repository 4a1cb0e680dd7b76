import { Type } from '#typebox'

/** Name of a service or of a replica. */
export const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' })
