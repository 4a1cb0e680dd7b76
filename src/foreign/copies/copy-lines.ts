import type { CopiedReceivers } from './copied-receivers.ts'

/**
 * What to add to Alertmanager's configuration so that a copy of each notification arrives. Beside what a receiver has, it is an exact
 * copy: of the same groups, after the same waits. One route for all has the waits of the topmost route; the present tree must become
 * one of its children, or what no child matched would not reach the topmost receiver any more.
 */
export function copyLines({ notifying, copied, root }: CopiedReceivers, { url, tokenFrom }: CopyTarget): string[] {
  const missing = notifying.filter((name) => !copied.includes(name))
  const webhook = [
    'webhook_configs:',
    `  - url: ${url}/alertmanager`,
    '    send_resolved: true',
    `    http_config: { authorization: { credentials: "the value of ${tokenFrom}" } }`,
  ]
  return [
    `# in alertmanager.yml, in each of these receivers, beside what it has: ${missing.join(', ') || root}`,
    ...webhook.map((line) => `    ${line}`),
    '# or one route for all, with the waits of its own; what is under `route` now becomes its second child:',
    'route:',
    `  receiver: ${root}`,
    '  routes:',
    '    - receiver: firedrill',
    '      continue: true',
    `    - receiver: ${root}   # and all else that stands under \`route\` now`,
    'receivers:',
    '  - name: firedrill',
    ...webhook.map((line) => `    ${line}`),
  ]
}

export interface CopyTarget {
  /** By which Alertmanager reaches the receiver. */
  url: string
  tokenFrom: string
}
