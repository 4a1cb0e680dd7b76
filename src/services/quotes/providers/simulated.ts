import { Market } from './market.ts'
import type { CreateProvider } from './provider.ts'

/** A seeded market without a network: the same seed gives the same price at the same time, on every replica. */
export const createSimulated: CreateProvider = async ({ seed, nowMs }) => {
  const market = new Market(seed)
  return {
    fetch: async (symbols) =>
      symbols.map((symbol) => ({
        symbol,
        name: NAMES[symbol] ?? symbol,
        currency: 'USD',
        ...market.tradeAt(symbol, nowMs()),
      })),
  }
}

/** Names of the symbols that are watched by default. The prices have nothing to do with these companies. */
const NAMES: Readonly<Record<string, string>> = {
  AAPL: 'Apple',
  AMZN: 'Amazon',
  GOOGL: 'Alphabet',
  META: 'Meta Platforms',
  MSFT: 'Microsoft',
  NFLX: 'Netflix',
  NVDA: 'NVIDIA',
  TSLA: 'Tesla',
}
