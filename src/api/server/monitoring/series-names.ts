import type { Labels } from '../../../probes/prometheus.ts'

/** A name for each series, made of the labels in which they differ: "store-1 GET", "store-1 POST". */
export function namesOf(all: readonly Labels[]): string[] {
  const labels = [...new Set(all.flatMap((one) => Object.keys(one)))].filter((label) => label !== '__name__')
  const differing = labels.filter((label) => new Set(all.map((one) => one[label])).size > 1)
  const [only] = all
  if (only !== undefined && all.length === 1) return [only.instance ?? only.service ?? 'value']
  // The instance says the service too.
  const named = differing.includes('instance') ? differing.filter((label) => !SAID_BY_INSTANCE.has(label)) : differing
  return all.map((one) => named.flatMap((label) => one[label] ?? []).join(' ') || 'value')
}

const SAID_BY_INSTANCE = new Set(['service', 'job', 'kind', 'version'])
