import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../../base/files/file-problem.ts'
import { parseDrill } from '../drill-file.ts'
import type { ForeignNames } from './foreign-validation.ts'

const services = ['shop', 'db', 'mail', 'web', 'shop-db']
const foreign: ForeignNames = {
  services,
  probed: ['shop', 'mail'],
  faultable: ['shop', 'db', 'web'],
  faultHost: {
    capabilities: { canKill: true, canPause: true, canScale: false },
    inside: [],
    beside: ['shop', 'db'],
    disks: ['db'],
    links: ['shop-db'],
    rules: [],
    workloads: ['web'],
  },
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
  it.each(['kill', 'stop', 'restart', 'pause', 'crash-loop', 'cpu', 'memory'])(
    'may inject %s into a service',
    (fault) => {
      expect(problemsOf(drill({ step: `fault: ${fault}, target: db` }))).toEqual([])
    },
  )

  it.each(['network-latency', 'network-down'])('may inject %s into a link', (fault) => {
    expect(problemsOf(drill({ step: `fault: ${fault}, target: shop-db` }))).toEqual([])
  })

  it.each(['crash', 'lose', 'drain', 'bad-image', 'bad-config', 'scale', 'restart', 'cpu', 'memory'])(
    'may inject %s into a workload of Kubernetes',
    (fault) => {
      expect(problemsOf(drill({ step: `fault: ${fault}, target: web` }))).toEqual([])
    },
  )

  it.each(['kill', 'stop', 'pause', 'crash-loop', 'disk-fill', 'latency'])(
    'may not inject %s into a workload of Kubernetes',
    (fault) => {
      expect(problemsOf(drill({ step: `fault: ${fault}, target: web` }))).toEqual([
        `method[0].fault: ${fault} is not done to web, which is a workload of Kubernetes`,
      ])
    },
  )

  it('may not crash what is no workload', () => {
    expect(problemsOf(drill({ step: 'fault: crash, target: db' }))).toEqual([
      'method[0].fault: crash acts on a workload of Kubernetes, and db is not one',
    ])
  })

  it('may fill a disk that is named', () => {
    expect(problemsOf(drill({ step: 'fault: disk-fill, target: db' }))).toEqual([])
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
      'method[0].fault: network-latency harms the link to a store, and no proxy stands before db',
    ],
    [
      'a fault of the network on a service',
      { step: 'fault: network-down, target: shop' },
      'method[0].fault: network-down harms the link to a store, and no proxy stands before shop',
    ],
    [
      'a fault of processes on a link',
      { step: 'fault: kill, target: shop-db' },
      'method[0].target: shop-db is a link, and kill is not done to links',
    ],
    [
      'a disk that is not named',
      { step: 'fault: disk-fill, target: shop' },
      'method[0].fault: disk-fill fills a folder, and shop has no `disk`',
    ],
    [
      'a fault beside what nothing says how to run, once',
      { step: 'fault: cpu, target: mail' },
      'method[0].target: nothing says how mail is run, so nothing can be done to it',
    ],
    [
      'a fault beside a service that is not there, once',
      { step: 'fault: cpu, target: shp' },
      'method[0].target: unknown service "shp"',
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
