import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { LogRecord } from '../../src/responder/incident/record.ts'
import { toAlert } from '../../src/responder/webhook/alert.ts'
import { stormAlert } from './storm-alerts.ts'

/** How many of these alerts are missing from the log. @throws when a line but the last is not JSON */
export async function lostOf(path: string, numbers: Iterable<number>): Promise<number> {
  const missing = new Set<string>()
  for (const number of numbers) {
    const { labels, startsAtMs } = stormAlert(number)
    missing.add(toAlert(labels, startsAtMs, { firing: true, endsAtMs: 0 }).incident)
  }
  let torn: string | undefined
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (torn !== undefined) throw new Error(`the log does not parse: ${torn}`)
    const record = parse(line)
    if (record === undefined) torn = line
    else if (record.event === 'opened') missing.delete(record.incident)
  }
  return missing.size
}

function parse(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord
  } catch {
    return undefined
  }
}
