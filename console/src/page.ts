import type { ComponentType } from 'react'
import type { QuotesState } from './feed/quotes-state.ts'
import type { StackState } from './feed/stack-state.ts'
import type { Trouble } from './shell/trouble.ts'

/** A page of the console. */
export type Page = ComponentType<PageProps>

/** What every page is given. */
export interface PageProps {
  quotes: QuotesState
  stack: StackState
  trouble: Trouble | undefined
}
