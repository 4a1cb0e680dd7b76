/** A spec of one objective in Sloth's form, for tests; each part can be replaced by other YAML. */
export function testSpec({
  objective = '99.9',
  sli = `events: { error_query: 'sum(rate(orders_total{job="shop",result="error"}[{{.window}}]))', total_query: 'sum(rate(orders_total{job="shop"}[{{.window}}]))' }`,
  alerting = 'alerting: { name: OrdersFail }',
  labels = 'labels: {}',
  extra = '',
}: Partial<Record<'objective' | 'sli' | 'alerting' | 'labels' | 'extra', string>> = {}): string {
  return [
    'version: prometheus/v1',
    'service: shop',
    'labels: { team: checkout }',
    'slos:',
    '  - name: orders',
    `    objective: ${objective}`,
    `    ${labels}`,
    `    sli: { ${sli} }`,
    `    ${alerting}`,
    ...(extra === '' ? [] : [`    ${extra}`]),
    '',
  ].join('\n')
}
