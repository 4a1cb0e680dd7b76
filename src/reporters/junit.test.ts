import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import {
  abortedJournal,
  deviatedJournal,
  heldJournal,
  hostileJournal,
  inconclusiveJournal,
} from '../drills/journal/test-journal.ts'
import { junit } from './junit.ts'

interface Element {
  name: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

/** The Jenkins schema (junit-10.xsd of its xunit plugin), as far as this reporter writes elements. */
const SCHEMA: Record<string, { required: string[]; optional: string[]; children: string[]; text?: true }> = {
  testsuites: { required: [], optional: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['group', 'time', 'skipped', 'timestamp', 'hostname', 'id', 'package', 'file', 'log', 'url'],
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { required: [], optional: [], children: ['property'] },
  property: { required: ['name', 'value'], optional: [], children: [] },
  testcase: {
    required: ['name'],
    optional: ['time', 'classname', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { required: [], optional: ['type', 'message'], children: [], text: true },
  error: { required: [], optional: ['type', 'message'], children: [], text: true },
  skipped: { required: [], optional: ['type', 'message'], children: [], text: true },
  'system-out': { required: [], optional: [], children: [], text: true },
}
/** SUREFIRE_TIME of the schema, without the thousands that nobody writes. */
const TIME = /^[0-9]+\.[0-9]{3}$/

/** Parses strictly: what is not well-formed XML 1.0 throws. */
function parse(xml: string): Element {
  const top: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => open.pop())
  parser.on('text', (text) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += text
  })
  parser.write(xml).close()
  return top.children[0] ?? top
}

function violations({ name, attributes, children, text }: Element): string[] {
  const rule = SCHEMA[name]
  if (rule === undefined) return [`no element ${name}`]
  const given = Object.keys(attributes)
  return [
    ...rule.required.filter((one) => !given.includes(one)).map((one) => `${name} lacks ${one}`),
    ...given.filter((one) => ![...rule.required, ...rule.optional].includes(one)).map((one) => `${name} has ${one}`),
    ...children.filter((one) => !rule.children.includes(one.name)).map((one) => `${name} holds ${one.name}`),
    ...(rule.text !== true && text.trim() !== '' ? [`${name} holds text`] : []),
    ...(attributes.time !== undefined && !TIME.test(attributes.time) ? [`${name} took ${attributes.time}`] : []),
    ...children.flatMap(violations),
  ]
}

const all = [heldJournal(), deviatedJournal(), inconclusiveJournal(), abortedJournal(), heldJournal()]

describe('the JUnit report', () => {
  it('is this file (npm run golden refreshes)', async () => {
    await expect(junit.render(all)).toMatchFileSnapshot('../../test/golden/drill/junit.xml')
  })

  it.each([
    ['of every verdict', all],
    ['of one drill', [heldJournal()]],
    ['of texts that are hostile', [hostileJournal()]],
    ['of a drill that expects nothing', [{ ...heldJournal(), expectations: [] }]],
  ])('keeps to the Jenkins schema: %s', (_, journals) => {
    expect(violations(parse(junit.render(journals)))).toEqual([])
  })

  it('counts what it holds', () => {
    const root = parse(junit.render(all))
    for (const suite of root.children) {
      const cases = suite.children.filter(({ name }) => name === 'testcase')
      const having = (tag: string) => cases.filter(({ children }) => children.some(({ name }) => name === tag)).length
      expect(suite.attributes).toMatchObject({
        tests: String(cases.length),
        failures: String(having('failure')),
        errors: String(having('error')),
        skipped: String(having('skipped')),
      })
    }
    expect(root.attributes).toMatchObject({ tests: '26', failures: '2', errors: '1' })
  })

  it('fails what deviated, skips what was not tried, and calls an error what proves nothing', () => {
    const outcomes = parse(junit.render(all)).children.map((suite) =>
      suite.children.filter(({ name }) => name === 'testcase').map(({ children }) => children[0]?.name ?? 'passed'),
    )
    expect(outcomes.map((list) => [...new Set(list)])).toEqual([
      ['passed'],
      ['passed', 'failure'],
      ['skipped', 'error'],
      ['skipped'],
      ['passed'],
    ])
  })

  it('distinguishes runs of one drill, since servers fold suites of one name', () => {
    const names = parse(junit.render([heldJournal(), heldJournal()])).children.map((suite) => suite.attributes.name)
    expect(names).toEqual(['The store crashes under load', 'The store crashes under load (run 2)'])
  })

  it('has a failing case also for a deviation that no expectation names', () => {
    const { expectations } = heldJournal()
    const root = parse(junit.render([{ ...deviatedJournal(), expectations }]))
    expect(root.attributes.failures).toBe('1')
  })

  it('writes out what XML cannot hold, and keeps everything else as it was', () => {
    const title = 'a\u0000b \ud800 <c> & "d" \u00e9 \ud83d\ude00\n\te'
    const [suite] = parse(junit.render([{ ...heldJournal(), drill: { ...heldJournal().drill, title } }])).children
    expect(suite?.attributes.name).toBe('a\\x00b \\ud800 <c> & "d" \u00e9 \ud83d\ude00\n\te')
  })
})
