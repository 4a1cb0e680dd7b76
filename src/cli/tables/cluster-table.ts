import type { ClusterView } from '../../api/stack/up-in-kubernetes.ts'
import { paint } from '../terminal/output.ts'
import { fitTable } from './fit-table.ts'

/** The parts of a stack in a cluster, as lines for `stream`: what is ready, and why others are not. */
export function clusterTable({ parts }: Pick<ClusterView, 'parts'>, stream: NodeJS.WriteStream): string[] {
  const rows = [
    ['NAME', 'STATE', 'READY', 'RESTARTS', 'RUNS AS', 'WHY'],
    ...parts.map(({ name, kind, wanted, ready, restarts, isReady, why }) => [
      name,
      isReady ? 'ready' : 'not ready',
      `${ready} of ${wanted}`,
      String(restarts),
      kind,
      why.join('; '),
    ]),
  ]
  const style = (text: string, row: number, column: number) => {
    if (row === 0) return paint(stream, 'dim', text)
    if (column !== 1) return text
    return paint(stream, text.trim() === 'ready' ? 'green' : 'red', text)
  }
  return fitTable(rows, { style, stream })
}
