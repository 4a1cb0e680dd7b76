import type { CreateProvider } from './provider.ts'

/** The sources of prices, by the name that QUOTES_PROVIDER takes. Each is loaded when it is chosen, with what it imports. */
export const providers = {
  simulated: async (options) => (await import('./simulated.ts')).createSimulated(options),
  replay: async (options) => (await import('./replay.ts')).createReplay(options),
  yahoo: async (options) => (await import('./yahoo.ts')).createYahoo(options),
} satisfies Record<string, CreateProvider>

export type ProviderName = keyof typeof providers
