import { normalHash, unitHash } from './hash.ts'

/**
 * A market in which a price is a function of seed, symbol and time, and of nothing else: each caller, in any order,
 * sees the same walk, so that a replica that takes over from another goes on without a jump. Sessions last from midnight
 * to midnight UTC; within one the price is a Brownian bridge from opening to close, in steps of a second.
 */
export class Market {
  readonly #seed: number
  /** Logarithms of the closes by symbol and session. */
  readonly #closes = new Map<string, number[]>()

  constructor(seed: number) {
    this.#seed = seed
  }

  tradeAt(symbol: string, nowMs: number): Trade {
    const atMs = Math.max(this.#lastTradeMs(symbol, nowMs), FIRST_SESSION_MS)
    const session = Math.floor((atMs - FIRST_SESSION_MS) / SESSION_MS)
    const second = Math.floor(((atMs - FIRST_SESSION_MS) % SESSION_MS) / SECOND_MS)
    const previous = this.#close(symbol, session - 1)
    const opening = previous + this.#gap(symbol, session)
    const close = this.#close(symbol, session)
    const logPrice = this.#bridge(symbol, session, { second, opening, close })
    return {
      price: cents(Math.exp(logPrice)),
      previous: cents(Math.exp(previous)),
      tradedAtMs: FIRST_SESSION_MS + session * SESSION_MS + second * SECOND_MS,
    }
  }

  /** `nowMs`, or the moment at which trading was halted. */
  #lastTradeMs(symbol: string, nowMs: number): number {
    const window = Math.floor(nowMs / HALT.windowMs)
    const name = `${this.#seed}/${symbol}/halt/${window}`
    if (unitHash(name) > HALT.chance) return nowMs
    const lengthMs = HALT.minMs + unitHash(`${name}/length`) * (HALT.maxMs - HALT.minMs)
    const fromMs = window * HALT.windowMs + unitHash(`${name}/from`) * (HALT.windowMs - lengthMs)
    return nowMs >= fromMs && nowMs < fromMs + lengthMs ? fromMs : nowMs
  }

  #close(symbol: string, session: number): number {
    const character = this.#character(symbol)
    let closes = this.#closes.get(symbol)
    if (closes === undefined) {
      // Index 0 is the session before the first.
      closes = [Math.log(character.startPrice)]
      this.#closes.set(symbol, closes)
    }
    const daily = (character.drift - character.volatility ** 2 / 2) / YEAR_SESSIONS
    for (let next = closes.length - 1; next <= session; next++) {
      const walk = daily + this.#sessionVolatility(symbol) * normalHash(`${this.#seed}/${symbol}/close/${next}`)
      const last = closes[next] ?? 0
      const pull = PULL * (Math.log(character.startPrice) - last)
      closes.push(last + this.#gap(symbol, next) + walk + pull)
    }
    return closes[session + 1] ?? 0
  }

  #gap(symbol: string, session: number): number {
    return this.#character(symbol).gap * normalHash(`${this.#seed}/${symbol}/gap/${session}`)
  }

  #sessionVolatility(symbol: string): number {
    return this.#character(symbol).volatility / Math.sqrt(YEAR_SESSIONS)
  }

  /** Halves the session again and again around `second`, and displaces each midpoint by what a Brownian bridge allows. */
  #bridge(
    symbol: string,
    session: number,
    { second, opening, close }: { second: number; opening: number; close: number },
  ): number {
    const perSecond = this.#sessionVolatility(symbol) ** 2 / SESSION_SECONDS
    let [from, to] = [0, SESSION_SECONDS]
    let [low, high] = [opening, close]
    while (second !== from) {
      const middle = Math.floor((from + to) / 2)
      const share = (middle - from) / (to - from)
      const spread = Math.sqrt(perSecond * share * (to - middle))
      const value = low + share * (high - low) + spread * normalHash(`${this.#seed}/${symbol}/${session}/${middle}`)
      if (second < middle) [to, high] = [middle, value]
      else [from, low] = [middle, value]
    }
    return low
  }

  #character(symbol: string): Character {
    const draw = (what: string) => unitHash(`${this.#seed}/${symbol}/${what}`)
    return {
      startPrice: 80 * 6 ** draw('start'),
      drift: -0.05 + 0.2 * draw('drift'),
      volatility: 0.25 + 0.35 * draw('volatility'),
      gap: 0.002 + 0.008 * draw('gap'),
    }
  }
}

const SECOND_MS = 1_000
const SESSION_MS = 86_400_000
const YEAR_SESSIONS = 365
const SESSION_SECONDS = SESSION_MS / SECOND_MS
/** Sessions are counted from here: 2024-01-01 UTC. Earlier times are all of the first one. */
const FIRST_SESSION_MS = Date.UTC(2024, 0, 1)

/** Each session goes this part of the way back to the first price, so that after years prices are still plausible. */
const PULL = 0.01

/** A share's character, per year unless said otherwise. */
interface Character {
  startPrice: number
  drift: number
  volatility: number
  /** Standard deviation of the jump between a close and the next opening, as a share of the price. */
  gap: number
}

/** Trading stops now and then: in about one of 25 windows of half an hour, for 30 s to 5 min. */
const HALT = { windowMs: 1_800_000, chance: 0.04, minMs: 30_000, maxMs: 300_000 }

export interface Trade {
  price: number
  /** Close of the session before. */
  previous: number
  /** Unix milliseconds; older than a second only while trading is halted. */
  tradedAtMs: number
}

/** At least one: a price is never 0. */
function cents(price: number): number {
  return Math.max(1, Math.round(price * 100)) / 100
}
