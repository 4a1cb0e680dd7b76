import { describe, expect, it } from 'vitest'
import { bodyOf, problemsOf, readForm, wordsOf } from './load-form.ts'

const levels = { levels: [{ name: 'light', users: 50, spawnRatePerSecond: 10 }] }
const form = (query = '') => readForm(new URLSearchParams(query), levels)

describe('the form of a load', () => {
  it('is the lightest level where the address has nothing, and asks for that', () => {
    expect(problemsOf(form())).toEqual({})
    expect(bodyOf(form())).toEqual({
      journey: 'browse',
      users: 50,
      spawnRatePerSecond: 10,
      durationMs: 60_000,
      thresholds: ['p95<200ms', 'errors<1%'],
      abortOnFail: false,
    })
  })

  it('asks for a rate, and for nothing of the other model', () => {
    const rate = form('model=rate&rate=500&shape=spike&duration=1m30s&thresholds=&abort=yes')
    expect(bodyOf(rate)).toEqual({
      journey: 'browse',
      ratePerSecond: 500,
      shape: 'spike',
      maxUsers: 1_000,
      durationMs: 90_000,
      thresholds: [],
      abortOnFail: true,
    })
    expect(wordsOf(rate).join(' ')).toBe(
      'load --journey browse --rate 500 --shape spike --max-users 1000 --duration 1m30s --abort-on-fail',
    )
  })

  it.each([
    ['a duration in no unit', 'duration=60', 'duration'],
    ['a duration of nothing', 'duration=0s', 'duration'],
    ['half a user', 'users=1.5', 'users'],
    ['no users', 'users=', 'users'],
    ['a rate that is too high', 'model=rate&rate=2000000', 'rate'],
    ['users that start after the end', 'users=100&spawn=1&duration=10s', 'spawn'],
  ])('refuses %s', (_, query, field) => {
    expect(Object.keys(problemsOf(form(query)))).toEqual([field])
  })

  it('writes thresholds so that a shell takes each as one word', () => {
    expect(wordsOf(form(`thresholds=${encodeURIComponent("p99{GET /it's}<1s")}`)).slice(-2)).toEqual([
      '--threshold',
      "'p99{GET /it'\\''s}<1s'",
    ])
  })
})
