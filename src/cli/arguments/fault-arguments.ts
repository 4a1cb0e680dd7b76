import type { FaultView, InjectBody } from '../../api/contract.ts'
import { findFault } from '../../api/injector/fault-catalog.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { readParams } from '../../faults/params.ts'

/** Reads what a person wants injected. @throws FD_USAGE, FD_FAULT_UNKNOWN, FD_FAULT_PARAMS */
export function readInjection(
  name: string,
  options: { target: string; param: readonly string[]; for: string; seed?: string },
): InjectBody {
  const fault = findFault(name)
  const params = readParams(fault, Object.fromEntries(options.param.map(readParam)), { text: true })
  const forMs = parseDuration(options.for)
  if (forMs === undefined || forMs < 1 || forMs > 86_400_000)
    throw usage('--for', 'a duration from 1ms to 24h: 30s, 1m30s', options.for)
  const [, service = '', number] = /^([a-z][a-z0-9-]*?)(-\d+)?$/.exec(options.target) ?? []
  if (service === '') throw usage('--target', 'a part or a replica: store, store-2', options.target)
  return {
    fault: name,
    service,
    ...(number === undefined ? {} : { replica: options.target }),
    params,
    forMs,
    ...(options.seed === undefined ? {} : { seed: readSeed(options.seed) }),
  }
}

/** The id that begins like that. @throws FD_USAGE when there is none, or several */
export function idOf(beginning: string, active: readonly Pick<FaultView, 'id'>[]): string {
  const found = active.filter(({ id }) => id.startsWith(beginning))
  const [first] = found
  if (first !== undefined && found.length === 1) return first.id
  // A whole id may be of one that is over: control remembers how it ended.
  if (/^[0-9a-f-]{36}$/.test(beginning)) return beginning
  const known = active.map(({ id }) => id).join(', ')
  throw usage('id', known === '' ? 'no fault is active' : `the beginning of one of ${known}`, beginning)
}

function readParam(text: string): [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === '') throw usage('--param', 'name=value', text)
  return [name, value]
}

function readSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (seed <= 4_294_967_295) return seed
  throw usage('--seed', 'a whole number from 0 to 4294967295', text)
}

function usage(where: string, expected: string, given: string) {
  return usageErrors.error('FD_USAGE', { message: 'not usable', where, expected, given })
}
