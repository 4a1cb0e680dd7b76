import { describe, expect, it } from 'vitest'
import { catalog } from './catalog.ts'
import type { MetricDefinition } from './metric-definition.ts'

const metrics: [string, MetricDefinition][] = Object.entries(catalog)

describe('the metric catalog', () => {
  it.each(metrics)('%s has a name and a unit as Prometheus recommends', (name, { type }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/)
    expect(name).not.toMatch(/_(ms|milliseconds|percent|count|sum|bucket)(_total)?$/)
  })

  it.each(metrics)('%s says what it is in a sentence', (_, { help }) => expect(help).toMatch(/^[A-Z0-9].*\.$/))

  it('is docs/reference/metrics.md (npm run golden refreshes)', async () => {
    const rows = metrics.map(([name, metric]) => {
      const labels = metric.labels.map((label) => `\`${label}\``).join(', ')
      return `| \`${name}\` | ${metric.type} | ${labels} | ${metric.help.replaceAll('|', '\\|')} |`
    })
    const buckets = metrics.flatMap(([name, metric]) =>
      metric.type === 'histogram' ? [`| \`${name}\` | ${metric.buckets.join(', ')} |`] : [],
    )
    const text = `# Metrics

What Firedrill's own services emit at \`/metrics\`, besides the process metrics of prom-client (\`process_*\`, \`nodejs_*\`). A
series exists, at 0, from the start of its service. Labels are bounded: routes are patterns, never paths or keys.

| metric | type | labels | meaning |
|---|---|---|---|
${rows.join('\n')}

## Buckets

| histogram | upper bounds, in the metric's unit |
|---|---|
${buckets.join('\n')}
`
    await expect(text).toMatchFileSnapshot('../../../docs/reference/metrics.md')
  })
})
