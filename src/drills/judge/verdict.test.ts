import { describe, expect, it } from 'vitest'
import { judge, type VerdictInput } from './verdict.ts'

const well: VerdictInput = {
  aborted: undefined,
  errors: [],
  gateFindings: [],
  calmFindings: [],
  refused: [],
  unmonitored: [],
  notLanded: [],
  notBegun: [],
  notJudged: [],
  brokenLoad: [],
  busyMachine: [],
  machineLate: [],
  machineNext: 'run with --busy',
  monitoringChanged: [],
  changedByOthers: [],
  saturated: undefined,
  pipelineDown: [],
  missed: [],
  unexpectedAlerts: [],
}

describe('judge', () => {
  it.each<[string, Partial<VerdictInput>, string, string[]]>([
    ['all was well', {}, 'held', []],
    ['an expectation was missed', { missed: ['steady within 4 s'] }, 'deviated', ['missed: steady within 4 s']],
    ['an alert fired that nobody expects', { unexpectedAlerts: ['Odd{}'] }, 'deviated', ['unexpected alert: Odd{}']],
    ['the gate did not pass', { gateFindings: ['x'] }, 'inconclusive', ['the gate did not pass: x']],
    [
      'requests failed before any fault',
      { calmFindings: ['1 of 2 requests failed'] },
      'inconclusive',
      ['not well under load, before any fault: 1 of 2 requests failed'],
    ],
    [
      'all that was missed was missed by less than what the machine was late',
      { machineLate: ['acted: restart store'] },
      'inconclusive',
      ['the machine was too busy to judge: acted: restart store; run with --busy'],
    ],
    [
      'the monitoring did not answer what the run asked',
      { unmonitored: ['Prometheus: no answer'], missed: ['seen'] },
      'inconclusive',
      ['nothing could be judged: Prometheus: no answer', 'missed: seen'],
    ],
    ['a step was refused', { refused: ['shop: quorum'] }, 'inconclusive', ['refused: shop: quorum']],
    ['the fault did not land', { notLanded: ['pid 1 runs'] }, 'inconclusive', ['the fault did not land: pid 1 runs']],
    ['the load was broken', { brokenLoad: ['boom'] }, 'inconclusive', ['the load is broken: boom']],
    [
      'somebody deployed or scaled in the middle of it',
      { changedByOthers: ['deployment/shop: image of shop: shop:2'] },
      'inconclusive',
      ['somebody else changed the system during the run: deployment/shop: image of shop: shop:2'],
    ],
    ['the generator was saturated', { saturated: 'late' }, 'inconclusive', ['late']],
    [
      'the pipeline was down',
      { pipelineDown: ['prometheus'] },
      'inconclusive',
      ['the monitoring was down: prometheus'],
    ],
    ['the tool failed', { errors: ['FD_X'] }, 'errored', ['FD_X']],
    ['it was stopped', { aborted: 'SIGINT' }, 'aborted', ['stopped: SIGINT']],
    [
      'nothing landed and so nothing was seen',
      { notLanded: ['p'], missed: ['seen'] },
      'inconclusive',
      ['the fault did not land: p', 'missed: seen'],
    ],
    [
      'it was stopped and cleaning up failed',
      { aborted: 'SIGINT', errors: ['lift'], missed: ['seen'] },
      'aborted',
      ['stopped: SIGINT', 'lift', 'missed: seen'],
    ],
    [
      'the tool failed when the gate did not pass',
      { errors: ['e'], gateFindings: ['b'] },
      'errored',
      ['e', 'the gate did not pass: b'],
    ],
    [
      'the machine was busy',
      { busyMachine: ['HostHighCPU'], missed: ['a'] },
      'inconclusive',
      ['the machine was too busy: HostHighCPU; run with --busy', 'missed: a'],
    ],
  ])('when %s', (_, part, verdict, reasons) => {
    expect(judge({ ...well, ...part })).toEqual({ verdict, reasons })
  })
})
