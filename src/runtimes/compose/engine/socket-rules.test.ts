import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOf, ofProject } from './engine.ts'
import { type Asked, createReader } from './socket-rules.ts'
import { goReads, map, scalar, struct } from './test-go-json.ts'

const reader = createReader('mine')
const read = (method: string, target: string, body: string | Buffer = ''): Asked =>
  reader(method, target, typeof body === 'string' ? Buffer.from(body) : body)
const ofMine = encodeURIComponent(ofProject('mine'))
const ofOther = encodeURIComponent(ofProject('other'))

describe('what passes to the engine', () => {
  it.each([
    ['GET', '/_ping', '/_ping'],
    ['GET', `/containers/json?all=1&filters=${ofMine}`, `/containers/json?all=1&filters=${ofMine}`],
    [
      'GET',
      `/events?filters=${encodeURIComponent(eventsOf('mine'))}`,
      `/events?filters=${encodeURIComponent(eventsOf('mine'))}`,
    ],
    ['GET', '/containers/4f1c/json', '/containers/{id}/json'],
    ['GET', '/containers/p_web_1/logs?tail=50&stderr=1&stdout=1', '/containers/{id}/logs?stdout=1&stderr=1&tail=50'],
    ['POST', '/containers/4f1c/start', '/containers/{id}/start'],
    ['POST', '/containers/4f1c/kill?signal=SIGKILL', '/containers/{id}/kill?signal=SIGKILL'],
    ['POST', '/containers/4f1c/kill?signal=%53IGKILL', '/containers/{id}/kill?signal=SIGKILL'],
    ['DELETE', '/containers/4f1c?force=1&v=1', '/containers/{id}?force=1&v=1'],
  ])('writes %s %s again', (method, target, path) => {
    expect(read(method, target)).toMatchObject({ kind: 'pass', method, path })
  })

  it.each([
    ['another API version than the engine’s own', 'GET', `/v1.41/containers/json?all=1&filters=${ofMine}`],
    ['images', 'POST', '/images/create'],
    ['volumes', 'GET', '/volumes'],
    ['swarm', 'POST', '/swarm/init'],
    ['a build', 'POST', '/build'],
    ['what the engine is', 'GET', '/info'],
    ['files of a container', 'PUT', '/containers/4f1c/archive'],
    ['attaching', 'POST', '/containers/4f1c/attach'],
    ['changing limits', 'POST', '/containers/4f1c/update'],
    ['another name', 'POST', '/containers/4f1c/rename?name=x'],
    ['a stop', 'POST', '/containers/4f1c/stop?t=1'],
    ['programs in containers', 'POST', '/containers/4f1c/exec'],
    ['programs that were made before', 'POST', '/exec/4f1c/start'],
    ['a creation', 'POST', '/containers/create?name=x'],
    ['a network to join', 'POST', '/networks/4f1c/connect'],
    ['a path out of the list', 'POST', '/containers/../images/create'],
    ['dots as an id', 'POST', '/containers/../start'],
    ['an empty id', 'POST', '/containers//start'],
    ['two slashes', 'GET', '//_ping'],
    ['a slash at the end', 'GET', '/_ping/'],
    ['an escaped slash', 'POST', '/containers/4f1c%2fexec/start'],
    ['an escaped letter', 'POST', '/containers/4f1c/st%61rt'],
    ['an escaped dot', 'POST', '/containers/%2e%2e/start'],
    ['another case', 'POST', '/Containers/4f1c/start'],
    ['another method', 'GET', '/containers/4f1c/start'],
    ['a method in small letters', 'post', '/containers/4f1c/start'],
    ['an address in full', 'GET', 'http://docker/_ping'],
    ['a fragment', 'GET', '/_ping#x'],
    ['a parameter of a path', 'GET', '/_ping;x'],
    ['a NUL', 'GET', '/_ping\u0000'],
    ['a line feed', 'GET', '/_ping\n'],
    ['a list without a filter', 'GET', '/containers/json'],
    ['a list of another project', 'GET', `/containers/json?all=1&filters=${ofOther}`],
    ['filters twice', 'GET', `/containers/json?all=1&filters=${ofMine}&filters=${ofOther}`],
    ['filters in another case beside them', 'GET', `/containers/json?all=1&filters=${ofMine}&Filters=${ofOther}`],
    [
      'a filter more',
      'GET',
      `/containers/json?all=1&filters=${encodeURIComponent('{"label":["com.docker.compose.project=mine"],"name":["x"]}')}`,
    ],
    [
      'filters with equal keys',
      'GET',
      `/events?filters=${encodeURIComponent('{"label":[],"label":["com.docker.compose.project=mine"]}')}`,
    ],
    ['events of everybody', 'GET', '/events'],
    ['events since ever', 'GET', `/events?filters=${encodeURIComponent(eventsOf('mine'))}&since=0`],
    ['logs that are followed', 'GET', '/containers/4f1c/logs?stdout=1&stderr=1&tail=5&follow=1'],
    ['all logs', 'GET', '/containers/4f1c/logs?stdout=1&stderr=1&tail=all'],
    ['other keys to detach', 'POST', '/containers/4f1c/start?detachKeys=a'],
    ['a checkpoint', 'POST', '/containers/4f1c/start?checkpoint=x&checkpoint-dir=/etc'],
    ['no signal', 'POST', '/containers/4f1c/kill'],
    ['a signal with more behind it', 'POST', '/containers/4f1c/kill?signal=SIGKILL%26x%3Dy'],
    ['a removal of links', 'DELETE', '/containers/4f1c?force=1&v=1&link=1'],
    ['a removal that is not as control asks', 'DELETE', '/containers/4f1c'],
    ['a name to pollute', 'POST', '/containers/4f1c/start?__proto__=x'],
  ])('lets no %s through', (_, method, target) => {
    expect(() => read(method, target)).toThrow()
  })

  it('takes a body only where it makes something of it itself', () => {
    expect(() => read('POST', '/containers/4f1c/start', '{}')).toThrow(/no body/)
    expect(() => read('GET', '/_ping', '{}')).toThrow(/no body/)
  })
})

describe('what a copy may be asked to be', () => {
  it('is another number, and other settings', () => {
    const body = '{"number":2,"settings":{"GREETING":"hello","EMPTY":""}}'
    expect(read('POST', '/copy/4f1c', body)).toEqual({
      kind: 'copy',
      id: '4f1c',
      number: 2,
      settings: { GREETING: 'hello', EMPTY: '' },
    })
    expect(read('POST', '/replace/4f1c', '{"settings":{}}')).toEqual({ kind: 'replace', id: '4f1c', settings: {} })
  })

  it.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['null', 'null'],
    ['no settings', '{"number":2}'],
    ['a key more', '{"number":2,"settings":{},"HostConfig":{"Privileged":true}}'],
    ['a key in another case', '{"Number":2,"settings":{}}'],
    ['a key twice', '{"number":3,"number":2,"settings":{}}'],
    ['a key twice in the settings', '{"number":2,"settings":{"A":"x","A":"y"}}'],
    ['a key with a letter that Go folds', '{"number":2,"\u017fettings":{"A":"x"},"settings":{}}'],
    ['a number of text', '{"number":"2","settings":{}}'],
    ['a number with a fraction', '{"number":2.5,"settings":{}}'],
    ['a number below', '{"number":0,"settings":{}}'],
    ['a number above', '{"number":100,"settings":{}}'],
    ['a variable in small letters', '{"number":2,"settings":{"a":"x"}}'],
    ['a variable with a value in its name', '{"number":2,"settings":{"A=B":"x"}}'],
    ['a variable without a name', '{"number":2,"settings":{"":"x"}}'],
    ['a setting that is no text', '{"number":2,"settings":{"A":1}}'],
    ['a setting to take back', '{"number":2,"settings":{"A":null}}'],
    ['a NUL in a setting', '{"number":2,"settings":{"A":"a\\u0000b"}}'],
    ['a line feed in a setting', '{"number":2,"settings":{"A":"a\\nB=c"}}'],
    ['half of a surrogate pair in a setting', '{"number":2,"settings":{"A":"\\ud800"}}'],
    ['a placeholder for a secret', '{"number":2,"settings":{"A":"x{{secret:faults}}"}}'],
    [
      'a placeholder for a secret past a separator of lines',
      '{"number":2,"settings":{"A":"x\u2028{{secret:faults}}"}}',
    ],
    ['a prototype', '{"number":2,"settings":{},"__proto__":{}}'],
    ['a prototype in the settings', '{"number":2,"settings":{"__proto__":"x"}}'],
    ['a setting of 5,000 characters', `{"number":2,"settings":{"A":"${'x'.repeat(5_000)}"}}`],
  ])('is not %s', (_, body) => {
    expect(() => read('POST', '/copy/4f1c', body)).toThrow(/form that control sends/)
  })

  it('is read as Go would read it, or not at all, whatever the bytes', () => {
    const key = fc.constantFrom(
      '"number"',
      '"settings"',
      '"Number"',
      '"SETTINGS"',
      '"\u017fettings"',
      '"\\u006eumber"',
      '"HostConfig"',
      '"__proto__"',
    )
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: -1, max: 101 }).map(String) },
      fc.constantFrom('2.0', '2e0', '-0', '02', '9007199254740993', '99999999999999999999', '"2"', 'null', 'true'),
      fc.constantFrom('{}', '{"A":"b"}', '{"A":"b","A":"c"}', '{"a":"b"}', '{"A":"\\ud800"}', '{"A":"\\ud83d\\ude00"}'),
      fc.constantFrom('{"A":"\u2028"}', '{"A":"\\u2028"}', '{"A":"\\u0041"}', '{"A":null}', '[]', '[{"A":"b"}]'),
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ A: text })),
    )
    const tricky = fc
      .tuple(
        fc.array(fc.tuple(key, value), { maxLength: 4 }),
        fc.constantFrom('', '\ufeff', ' '),
        fc.constantFrom('', '\n', '{}', '\u0000'),
      )
      .map(([pairs, before, after]) => `${before}{${pairs.map((pair) => pair.join(':')).join(',')}}${after}`)
    const right = fc
      .record({
        number: fc.integer({ min: 1, max: 99 }),
        settings: fc.dictionary(
          fc.string({ unit: fc.constantFrom('A', 'K', 'S'), minLength: 1, maxLength: 3 }),
          fc.string({ unit: 'binary' }),
        ),
      })
      .map((value) => JSON.stringify(value))
    // A byte somewhere that is another, or is there twice.
    const bent = fc.tuple(right, fc.nat(), fc.option(fc.integer({ min: 0, max: 255 }))).map(([text, at, byte]) => {
      const bytes = Buffer.from(text)
      const place = at % bytes.length
      const put = byte === null ? bytes.subarray(place, place + 1) : Buffer.from([byte])
      return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(byte === null ? place : place + 1)])
    })
    const bytes = fc.oneof(
      tricky.map((text) => Buffer.from(text)),
      right.map((text) => Buffer.from(text)),
      bent,
    )
    const type = struct({ number: scalar, settings: map(scalar) })
    let taken = 0
    const property = fc.property(bytes, (body) => {
      let asked: Asked
      try {
        asked = read('POST', '/copy/4f1c', body)
      } catch {
        return
      }
      taken++
      const { kind: _, id: __, ...checked } = asked as Extract<Asked, { kind: 'copy' }>
      expect(goReads(type, body)).toEqual(checked)
    })
    fc.assert(property, { seed: 18, numRuns: 2_000 })
    expect(taken).toBeGreaterThan(200)
  })
})
