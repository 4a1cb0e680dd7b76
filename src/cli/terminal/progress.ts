import type { Progress } from '../../api/control/prepared-stack.ts'
import { formatDuration } from '../../base/units/duration.ts'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import { note, paint } from './output.ts'

/** Prints what happens while a stack comes up, runs and goes down, a line each, on stderr. */
export function showProgress(): (progress: Progress) => void {
  const startedMs = new Map<string, number>()
  const marks: Record<Mark, string> = {
    good: paint(process.stderr, 'green', '✔'),
    bad: paint(process.stderr, 'red', '✘'),
    notice: paint(process.stderr, 'yellow', '!'),
    step: '·',
  }
  return (progress) => {
    const line = progressLine(progress, startedMs)
    if (line === undefined) return
    const [mark, word, text] = line
    note(`  ${marks[mark]} ${word === '' ? '' : `${word.padEnd(WORD_WIDTH)} `}${text}`)
  }
}

type Mark = 'good' | 'bad' | 'notice' | 'step'
type Line = [mark: Mark, word: string, text: string]

const WORD_WIDTH = 12

function progressLine(progress: Progress, startedMs: Map<string, number>): Line | undefined {
  switch (progress.kind) {
    case 'component': {
      const { step, component, detail } = progress
      return [step === 'found' || step === 'ready' ? 'good' : 'step', step, `${component} ${detail}`]
    }
    case 'notice':
      return ['notice', '', progress.text]
    case 'step':
      if (progress.tookMs === undefined) return ['step', '', progress.text]
      return ['good', '', `${progress.text} (${formatDuration(progress.tookMs)})`]
    case 'part':
      return eventLine(progress.event, startedMs)
  }
}

/** What people want to know of an event; the quiet ones (a start that was asked for, the wait of a stop) are left out. */
function eventLine(event: RuntimeEvent, startedMs: Map<string, number>): Line | undefined {
  const { kind, replica, detail, actor, pid, atMs } = event
  const by = actor === 'operator' || actor === 'itself' ? '' : `, by ${actor}`
  const why = detail === undefined ? '' : `: ${detail}`
  switch (kind) {
    case 'starting':
      startedMs.set(replica, atMs)
      return by === '' ? undefined : ['step', kind, `${replica}${by}`]
    case 'healthy': {
      const took = formatDuration(atMs - (startedMs.get(replica) ?? atMs))
      return ['good', kind, `${replica} after ${took}${pid === undefined ? '' : `, pid ${pid}`}`]
    }
    case 'exited':
    case 'unhealthy':
      return ['bad', kind, `${replica}${why}`]
    case 'stopping':
      return undefined
    default:
      return ['step', kind, `${replica}${by}${why}`]
  }
}
