/** Routes for machines. What is said about users leaves them out: a replica that says it is not ready yet fails nobody. */
export const probeRoutes = ['/health', '/ready', '/metrics'] as const
