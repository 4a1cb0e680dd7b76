import type { Progress } from '../api/control.ts'
import { formatDuration } from '../base/duration.ts'
import { note, paint } from './output.ts'

/** Prints what happens while a stack comes up or goes down, a line each, on stderr. */
export function showProgress(): (progress: Progress) => void {
  const startedMs = new Map<string, number>()
  const mark = (style: 'green' | 'yellow' | 'red', text: string) => paint(process.stderr, style, text)
  return (progress) => {
    switch (progress.kind) {
      case 'component':
        return note(
          `  ${progress.step === 'found' || progress.step === 'ready' ? mark('green', '✔') : '·'} ${progress.step.padEnd(12)} ${progress.component}: ${progress.detail}`,
        )
      case 'notice':
        return note(`  ${mark('yellow', '!')} ${progress.text}`)
      case 'step':
        return note(
          `  ${progress.tookMs === undefined ? '·' : mark('green', '✔')} ${progress.text}${progress.tookMs === undefined ? '' : ` (${formatDuration(progress.tookMs)})`}`,
        )
      case 'part': {
        const { kind, replica, detail, actor, pid, atMs } = progress.event
        if (kind === 'starting') startedMs.set(replica, atMs)
        const took = formatDuration(atMs - (startedMs.get(replica) ?? atMs))
        if (kind === 'healthy')
          note(
            `  ${mark('green', '✔')} healthy      ${replica} after ${took}${pid === undefined ? '' : `, pid ${pid}`}`,
          )
        else if (kind === 'exited' || kind === 'unhealthy')
          note(`  ${mark('red', '✘')} ${kind.padEnd(12)} ${replica}: ${detail ?? ''}`)
        else if (kind === 'starting' && actor !== 'operator') note(`  · starting     ${replica}, by ${actor}`)
        else if (
          kind === 'stopped' ||
          kind === 'paused' ||
          kind === 'resumed' ||
          kind === 'scaled' ||
          kind === 'configured'
        ) {
          note(
            `  · ${kind.padEnd(12)} ${replica}${actor === 'operator' ? '' : `, by ${actor}`}${detail === undefined ? '' : `: ${detail}`}`,
          )
        }
      }
    }
  }
}
