import type { ComponentType } from 'react'
import type { QuotesState } from './feed/quotes-state.ts'
import type { StackState } from './feed/stack-state.ts'
import { PricesPage } from './prices/prices-page.tsx'
import type { Trouble } from './shell/trouble.ts'
import { StackPage } from './stack/stack-page.tsx'

/** What every page is given. */
export interface PageProps {
  quotes: QuotesState
  stack: StackState
  trouble: Trouble | undefined
}

interface Page {
  title: string
  Content: ComponentType<PageProps>
}

/** Every page of the console, in the order of the navigation. The name is also its address: #/name. */
export const pages = {
  prices: { title: 'Prices', Content: PricesPage },
  stack: { title: 'Stack', Content: StackPage },
} as const satisfies Record<string, Page>

export type PageName = keyof typeof pages
