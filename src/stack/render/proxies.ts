import { type Context, hostPort } from '../part.ts'

/** proxies.json: the stores that the fault proxy stands before. */
export function renderProxies(stores: readonly string[], context: Context): string {
  const proxies = stores.map((name) => ({
    name,
    listen: hostPort(context.listen(name)),
    upstream: hostPort(context.address(name)),
    enabled: true,
  }))
  return `${JSON.stringify(proxies, null, 2)}\n`
}
