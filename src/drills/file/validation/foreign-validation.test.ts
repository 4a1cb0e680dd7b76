import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../../base/files/file-problem.ts'
import { parseDrill } from '../drill-file.ts'
import type { ForeignNames } from './foreign-validation.ts'

const services = ['shop', 'db', 'mail']
const foreign: ForeignNames = {
  services,
  probed: ['shop', 'mail'],
  faultable: ['shop', 'db'],
  faultHost: { capabilities: { canKill: true, canPause: true, canScale: false }, inside: [], links: [], rules: [] },
}

function problemsOf(text: string): string[] {
  try {
    parseDrill(text, 'drills/x.yaml', { services, foreign })
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  return []
}

const drill = (parts: { http?: string; journey?: string; step?: string; expect?: string }) => `
title: T
why: W
steadyState: [{ http: ${parts.http ?? 'shop'}, path: /health }]
load: { journey: ${parts.journey ?? './journeys/shop.js'}, users: 1, spawnRate: 1 }
method: [{ at: 0s, ${parts.step ?? 'fault: kill, target: shop'} }]
expectations: [${parts.expect ?? '{ steady: true, within: 3s }'}]
`

describe('a drill on a system that is not ours', () => {
  it.each(['kill', 'stop', 'restart', 'pause', 'crash-loop'])('may %s a service', (fault) => {
    expect(problemsOf(drill({ step: `fault: ${fault}, target: db` }))).toEqual([])
  })

  it.each([
    ['a probe of what answers no HTTP', { http: 'db' }, 'steadyState[0].http: db answers no HTTP'],
    ['a service that is not there, once', { http: 'shp' }, 'steadyState[0].http: unknown service "shp"'],
    [
      'a journey that ships',
      { journey: 'browse' },
      "load.journey: journeys that ship talk to Firedrill's own services",
    ],
    [
      'a fault inside a service',
      { step: 'fault: latency, target: shop' },
      "method[0].fault: latency cannot be done to a system that is not Firedrill's own",
    ],
    [
      'a fault of the proxy',
      { step: 'fault: network-latency, target: db' },
      "method[0].fault: network-latency cannot be done to a system that is not Firedrill's own",
    ],
    [
      'a fault on a service that nothing says how to start',
      { step: 'fault: kill, target: mail' },
      'method[0].target: nothing says how mail is run, so nothing can be done to it',
    ],
    ['a scaling', { step: 'action: scale, target: shop, to: 2' }, 'method[0].action: nothing says how shop is scaled'],
    [
      'an action, where there is no responder',
      { expect: '{ action: restart, target: shop, within: 3s }' },
      'expectations[0].action: the system has no responder whose log could be read: nothing reports actions',
    ],
    [
      'a budget',
      { expect: '{ budget: { objective: shop-availability, atMost: 5% } }' },
      "expectations[0].budget: budgets are counted for Firedrill's own objectives only",
    ],
  ])('is refused for %s', (_, parts, problem) => {
    expect(problemsOf(drill(parts))).toEqual([problem])
  })
})
