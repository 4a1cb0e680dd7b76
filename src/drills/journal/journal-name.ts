import type { Journal } from './journal.ts'

/** Name of the file of a run's journal, without .json: time and drill. It identifies the journal in a state folder. */
export function journalName({ startedAt, drill }: Pick<Journal, 'startedAt' | 'drill'>): string {
  return `${startedAt.replaceAll(/[:.]/g, '-')}-${drillName(drill.file)}`
}

/** Name of a drill: that of its file without folder and .yaml. */
export function drillName(file: string): string {
  return file
    .replace(/^.*\//, '')
    .replace(/\.ya?ml$/, '')
    .replaceAll(/[^\w-]/g, '_')
}
