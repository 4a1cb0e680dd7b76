import { stringify } from 'yaml'
import { visibleLine } from '../../../base/text/visible.ts'
import type { Candidate } from './find-monitoring.ts'
import type { FoundService } from './find-services.ts'

/** A firedrill.yaml for what was found in a cluster, with comments that say where each line comes from. Pure. */
export function proposeSystem({ name, context, namespace, prometheus, alertmanager, services }: Proposal): string {
  const place = { ...(context === undefined ? {} : { context }), namespace }
  return `name: ${scalar(name)}
environment: lab                 # lab, staging or production; docs/production.md

kubernetes: ${flow(place)}

${monitoringLines('prometheus', prometheus)}
${monitoringLines('alertmanager', alertmanager)}

services:
${services.map(serviceLines).join('\n')}
`
}

export interface Proposal {
  name: string
  context: string | undefined
  namespace: string
  /** Missing where none was found. */
  prometheus: ProvenCandidate | undefined
  alertmanager: ProvenCandidate | undefined
  services: readonly FoundService[]
}

export interface ProvenCandidate extends Candidate {
  /** Its version, when it has answered; otherwise why it is only supposed. */
  proof: { version: string } | { why: string }
}

function monitoringLines(part: 'prometheus' | 'alertmanager', found: ProvenCandidate | undefined): string {
  if (found === undefined) {
    const port = part === 'prometheus' ? 9090 : 9093
    return `# None was found in the cluster: name the URL, or namespace and Service.\n${part}: http://127.0.0.1:${port}`
  }
  const { namespace, service, port, scheme, prefix, from, proof } = found
  const comment = 'version' in proof ? `${from}, version ${proof.version}` : `${from}; it does not answer: ${proof.why}`
  const place = {
    ...{ namespace, service, port },
    ...(scheme === 'https' ? { scheme } : {}),
    ...(prefix === undefined ? {} : { path: prefix }),
  }
  return `# ${oneLine(comment)}\n${part}:\n  kubernetes: ${flow(place)}`
}

function serviceLines({ name, workload, replicas, autoscaler, labels, from, ...door }: FoundService): string {
  const count = replicas === 1 ? 'one replica: faults that take it away are refused' : `${replicas} replicas`
  const scaled = autoscaler === undefined ? '' : `; HorizontalPodAutoscaler ${oneLine(autoscaler)} scales it`
  const run = { workload, ...door, ...(autoscaler === undefined ? {} : { autoscaled: true }) }
  const named = labels === undefined ? '# labels: { job: … }' : `labels: ${flow(labels)}`
  return `  ${scalar(name)}:
    kubernetes: ${flow(run)}   # ${count}${scaled}
    ${named}   # ${oneLine(from)}`
}

/** `{ job: checkout, namespace: shop }` on one line, with quotes where YAML needs them. */
function flow(value: object): string {
  const pairs = Object.entries(value).map(
    ([key, one]) => `${scalar(key)}: ${typeof one === 'string' ? scalar(one) : one}`,
  )
  return `{ ${pairs.join(', ')} }`
}

/** A text as a value within braces. */
function scalar(text: string): string {
  const plain = stringify(text, { lineWidth: 0 }).trim()
  return /[,{}[\]]|^[>|]/.test(plain) && !/^["']/.test(plain) ? JSON.stringify(text) : plain
}

function oneLine(text: string): string {
  return visibleLine(text.replaceAll(/\s+/g, ' ')).slice(0, 200)
}
