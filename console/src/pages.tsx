import type { Page } from './page.ts'
import { PricesPage } from './prices/prices-page.tsx'
import { StackPage } from './stack/stack-page.tsx'

/** Every page of the console, in the order of the navigation. The name is also its address: #/name. */
export const pages = {
  prices: { title: 'Prices', Content: PricesPage },
  stack: { title: 'Stack', Content: StackPage },
} as const satisfies Record<string, Page>

export type PageName = keyof typeof pages
