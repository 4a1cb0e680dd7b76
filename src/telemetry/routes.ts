/** Routes for machines. What is said about users leaves them out: a replica that says it is not ready yet fails nobody. */
export const probeRoutes = ['/health', '/ready', '/metrics'] as const

/** Routes whose answer lasts as long as the client stays. */
export const streamRoutes = ['/quotes/stream'] as const
