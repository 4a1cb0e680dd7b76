import { messageOf } from '../../../base/errors.ts'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { quotesErrors } from '../errors.ts'
import { isPrice, type Price } from '../price.ts'
import { type CreateProvider, ProviderError } from './provider.ts'

/**
 * A recording in a CSV file, one price a line in the order of time (ISO 8601), with the columns
 * `time,symbol,price,previous,currency,name`; no field holds a comma. It runs at its own pace, again and again, and its
 * times are moved to today. Where it stands depends on the clock alone, so that all replicas play the same.
 * @throws FD_QUOTES_REPLAY_INVALID with every line that is wrong
 */
export const createReplay: CreateProvider = async ({ replayFile, nowMs }) => {
  const rows = parse(replayFile, await read(replayFile))
  const firstMs = rows[0]?.tradedAtMs ?? 0
  const lengthMs = Math.max(1_000, (rows.at(-1)?.tradedAtMs ?? 0) - firstMs + 1)
  return {
    fetch: async (symbols) => {
      const now = nowMs()
      const shiftMs = now - (now % lengthMs) - firstMs
      const prices = symbols.flatMap((symbol) => {
        const row = rows.findLast((one) => one.symbol === symbol && one.tradedAtMs + shiftMs <= now)
        return row === undefined ? [] : [{ ...row, tradedAtMs: row.tradedAtMs + shiftMs }]
      })
      if (prices.length === 0) throw new ProviderError('the recording has none of the symbols at this place')
      return prices
    },
  }
}

const COLUMNS = ['time', 'symbol', 'price', 'previous', 'currency', 'name'] as const
/** Problems that one message lists. */
const MOST_PROBLEMS = 20

async function read(path: string): Promise<string> {
  try {
    return await readUserFile(path, { maxBytes: fileLimits.recording })
  } catch (error) {
    throw quotesErrors.error('FD_QUOTES_REPLAY_INVALID', {
      where: path,
      message: `the recording cannot be read: ${messageOf(error)}`,
      next: 'set QUOTES_REPLAY_FILE to a CSV file',
      cause: error,
    })
  }
}

function parse(path: string, text: string): Price[] {
  const lines = text.split(/\r?\n/)
  const header = COLUMNS.join(',')
  const problems = lines[0] === header ? [] : [`line 1 must be ${header}`]
  const rows: Price[] = []
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue
    const [time = '', symbol = '', price = '', previous = '', currency = '', name = '', ...rest] = line.split(',')
    const row = {
      symbol,
      name,
      price: price === '' ? Number.NaN : Number(price),
      previous: previous === '' ? Number.NaN : Number(previous),
      currency,
      tradedAtMs: Date.parse(time),
    }
    if (rest.length > 0 || !isPrice(row)) problems.push(`line ${index + 1} is no price`)
    else if (row.tradedAtMs < (rows.at(-1)?.tradedAtMs ?? 0)) problems.push(`line ${index + 1} is older than the last`)
    else rows.push(row)
  }
  if (rows.length === 0) problems.push('there is no price in it')
  if (problems.length === 0) return rows
  throw quotesErrors.error('FD_QUOTES_REPLAY_INVALID', { where: path, message: listed(problems), expected: header })
}

function listed(problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS
  return problems.slice(0, MOST_PROBLEMS).join('; ') + (more > 0 ? `; and ${more} more` : '')
}
