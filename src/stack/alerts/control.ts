import { type AlertDefinition, minute } from './alert.ts'

/** Alerts about control itself, which supervises everything that this monitoring watches. */
export const control: readonly AlertDefinition[] = [
  {
    alert: 'StackDiskFull',
    seenOn: { dashboard: 'host', panel: 'Fullest file system' },
    severity: 'critical',
    labels: { reason: 'low' },
    for: 0,
    expr: () => 'firedrill_trouble{kind="disk"} > 0',
    summary: 'A disk that the stack writes to is nearly full',
    description:
      'Soon nothing can be written: no item, no sample, no incident. `firedrill status` says which disk, and how much is free.',
  },
  {
    alert: 'StackDiskFull',
    seenOn: { dashboard: 'host', panel: 'Fullest file system' },
    severity: 'critical',
    labels: { service: 'control', reason: 'nothing-stored' },
    // As long as a Prometheus that has just started may take for its first scrape.
    for: 5 * minute,
    // When the disk is full, Prometheus scrapes and can store nothing: it sees the problem only by what is missing.
    expr: () => 'absent(firedrill_trouble{kind="disk"})',
    shows: ({ timing }) => ({ minMs: timing.lookbackMs, maxMs: timing.lookbackMs }),
    summary: 'Prometheus stores nothing new',
    description:
      'It has no fresh sample of control. Its disk is full, most likely: then no other alert on a sample can fire. `firedrill status` says so.',
  },
  {
    alert: 'ControlTroubled',
    seenOn: { dashboard: 'drills', panel: 'Alerts' },
    severity: 'warning',
    for: 0,
    expr: () => 'firedrill_trouble{kind!="disk"} > 0',
    summary: 'Control has a trouble: {{ $labels.kind }}',
    description:
      '{{ $value }} of this kind: control supervises on, though not all that it does works. `firedrill status` says what is wrong.',
  },
]
