import browse from '../../../journeys/browse.ts'
import cacheHeavy from '../../../journeys/cache-heavy.ts'
import heavy from '../../../journeys/heavy.ts'
import newcomers from '../../../journeys/newcomers.ts'
import prices from '../../../journeys/prices.ts'
import risky from '../../../journeys/risky.ts'
import shoppers from '../../../journeys/shoppers.ts'
import trade from '../../../journeys/trade.ts'
import type { Journey } from './journey.ts'

/** The journeys that ship. */

/** A journey whose users' state only its own code knows. */
export type AnyJourney = Journey<unknown>

/** A journey that ships names its service. */
type ShippedJourney = AnyJourney & { readonly service: string }

/** Every journey that ships. */
export const journeys = {
  browse: browse as ShippedJourney,
  trade: trade as ShippedJourney,
  risky: risky as ShippedJourney,
  'cache-heavy': cacheHeavy as ShippedJourney,
  shoppers: shoppers as ShippedJourney,
  newcomers: newcomers as ShippedJourney,
  prices: prices as ShippedJourney,
  heavy: heavy as ShippedJourney,
} as const satisfies Record<string, ShippedJourney>

export type JourneyName = keyof typeof journeys
