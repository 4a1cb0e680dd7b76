import { clockTime } from '../../base/units/clock-time.ts'
import { formatLabels } from '../../probes/prometheus.ts'
import type { Notice } from '../../receiver/notice.ts'

/** A notification that has arrived, in one line. */
export function noticeLine(
  { form, receiver, firing, alertname, labels = {}, text = '' }: Notice,
  atMs: number,
): string {
  const { alertname: _, ...others } = labels
  const what =
    alertname === undefined ? (text.split('\n')[0] ?? '').slice(0, LONGEST) : `${alertname}${formatLabels(others)}`
  const of = receiver === undefined ? form : `${receiver}, ${form}`
  return `${clockTime(atMs)}  ${firing ? 'firing  ' : 'resolved'}  ${what}  (${of})`
}

const LONGEST = 160
