import type { Call } from './caller.ts'

/** What one virtual user has at hand. */
export interface JourneyUser {
  /** Text that no other user of any run has. */
  id: string
  /** Numbers in [0, 1), seeded. */
  random: () => number
  /** Resolves to whether the call went well; never rejects. */
  call(call: Call): Promise<boolean>
}

/** One life of a virtual user. */
export interface Life {
  /** One request; then the user thinks. */
  step(): Promise<void>
  /** Leaves nothing behind. */
  end(): Promise<void>
}

export interface Journey {
  readonly summary: string
  /** The service it talks to. */
  readonly service: string
  /** Pause between two steps, in milliseconds, evenly spread. */
  readonly thinkMs: { min: number; max: number }
  begin(user: JourneyUser): Life
}

const browse: Journey = {
  summary: 'Creates an item, then mostly reads it, lists items and buys',
  service: 'store',
  thinkMs: { min: 50, max: 150 },
  begin({ id, random, call }) {
    const key = `firedrill-${id}`
    const path = `/items/${key}`
    let tries = 0
    let created = false
    return {
      async step() {
        if (!created) {
          // An earlier try may have been carried out although its answer was lost: then the item is there.
          const alsoGood = tries > 0 ? [409] : []
          tries += 1
          created = await call({ method: 'POST', path: '/items', body: { key, value: `made by ${id}` }, alsoGood })
          return
        }
        const choice = random()
        if (choice < 0.7) await call({ method: 'GET', path })
        else if (choice < 0.85) await call({ method: 'GET', path: '/items?limit=20' })
        else {
          const amount = (1 + random() * 99).toFixed(2)
          await call({ method: 'POST', path: '/transactions', body: { amount, currency: 'EUR' } })
        }
      },
      async end() {
        if (tries > 0) await call({ method: 'DELETE', path, record: false })
      },
    }
  },
}

/** Every journey that ships. */
export const journeys = { browse } as const satisfies Record<string, Journey>

export type JourneyName = keyof typeof journeys
