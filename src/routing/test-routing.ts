import { parseRouting } from './config/read-routing.ts'
import type { Routing } from './routing.ts'

/** A configuration made of its routes; receivers are those that are named, `nobody` does nothing. */
export function routingOf(route: string, more = ''): Routing {
  const names = new Set([...route.matchAll(/receiver: ([\w-]+)/g)].map(([, name = '']) => name))
  const receivers = [...names].map((name) =>
    name === 'nobody' ? `  - name: nobody` : `  - { name: ${name}, webhook_configs: [{ url: "http://${name}.test" }] }`,
  )
  return parseRouting(`${route}\nreceivers:\n${receivers.join('\n')}\n${more}`, 'alertmanager.yml')
}
