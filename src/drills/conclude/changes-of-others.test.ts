import { describe, expect, it } from 'vitest'
import type { RuntimeEvent } from '../../runtimes/runtime.ts'
import { parseDrill } from '../file/drill-file.ts'
import { type ChangesInput, changesOfOthers } from './changes-of-others.ts'

const drill = parseDrill(
  `
title: T
why: W
steadyState: [{ http: quotes, path: /ready }]
load: none
method: [{ at: 0s, fault: kill, target: store }]
expectations: [{ steady: true, within: 3s }]
`,
  'drills/x.yaml',
)
const event = (kind: RuntimeEvent['kind'], service: string, atMs = 1_000): RuntimeEvent => ({
  ...{ sequence: 1, atMs, service, replica: service, kind, actor: 'operator' },
  detail: `${service} ${kind}`,
})
const changes = (more: Partial<ChangesInput>) =>
  changesOfOthers({ drill, events: [], incidents: [], loaded: undefined, ...more })
const scaled = (more = {}) => [
  { actions: [{ action: 'scale', target: 'store', actingAtMs: 900, actedAtMs: 1_100, ...more }] },
]

describe('what somebody else has changed during a run', () => {
  it.each<[string, Partial<ChangesInput>, string[]]>([
    [
      'is nothing where replicas only come and go',
      { events: [event('exited', 'store'), event('scaled', 'store')] },
      [],
    ],
    [
      'is each deploy, also of what the drill is not about',
      { events: [event('redeployed', 'worker')] },
      ['worker redeployed'],
    ],
    [
      'is another number of replicas of what a fault is done to',
      { events: [event('rescaled', 'store')] },
      ['store rescaled'],
    ],
    ['is that of what the steady state asks', { events: [event('rescaled', 'quotes')] }, ['quotes rescaled']],
    ['is that of what the load is put on', { events: [event('rescaled', 'shop')], loaded: 'shop' }, ['shop rescaled']],
    ['is not that of anything else', { events: [event('rescaled', 'worker')] }, []],
    [
      'is not what the responder says that it scales',
      { events: [event('rescaled', 'store')], incidents: scaled() },
      [],
    ],
    [
      'is not what the responder is about to have scaled',
      { events: [event('rescaled', 'store')], incidents: scaled({ actedAtMs: undefined }) },
      [],
    ],
    [
      'is what is scaled long after the responder has',
      { events: [event('rescaled', 'store', 60_000)], incidents: scaled() },
      ['store rescaled'],
    ],
    [
      'is what is scaled while the responder scales another service',
      { events: [event('rescaled', 'store')], incidents: scaled({ target: 'quotes' }) },
      ['store rescaled'],
    ],
    [
      'is what is scaled while the responder restarts the service',
      { events: [event('rescaled', 'store')], incidents: scaled({ action: 'restart' }) },
      ['store rescaled'],
    ],
  ])('%s', (_, given, expected) => {
    expect(changes(given)).toEqual(expected)
  })
})
