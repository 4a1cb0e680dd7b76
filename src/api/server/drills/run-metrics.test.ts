import { expect, it } from 'vitest'
import { renderRunMetrics } from './run-metrics.ts'

const run = (name: string, state: 'starting' | 'running' | 'finished' | 'gone') => ({
  drill: { name, title: '', why: '', file: `drills/${name}.yaml` },
  state,
})
const samples = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

it('has one series for each drill that is under way, and none for one that is over', () => {
  const runs = [
    run('quiet', 'running'),
    run('store-crash', 'starting'),
    run('quiet', 'running'),
    run('old', 'finished'),
  ]
  expect(samples(renderRunMetrics(runs))).toEqual([
    'firedrill_drill_running{drill="quiet"} 1',
    'firedrill_drill_running{drill="store-crash"} 1',
  ])
  expect(samples(renderRunMetrics([run('old', 'gone')]))).toEqual([])
})

it('writes a name with quotes as one label', () => {
  expect(samples(renderRunMetrics([run('a"} 2', 'running')]))).toEqual([
    String.raw`firedrill_drill_running{drill="a\"} 2"} 1`,
  ])
})
