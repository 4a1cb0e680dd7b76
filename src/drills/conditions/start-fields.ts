import { Type } from '#typebox'
import { Duration } from '../fields.ts'
import { conditions } from './conditions.ts'

/** The fields of every step that say when it begins. */
export const startFields = {
  at: Type.Optional(Duration('When, after the load is fully up')),
  when: Type.Optional(
    Type.Union(
      Object.values(conditions).map(({ schema }) => schema),
      { description: 'a condition: what must come true, within what time, before the step begins' },
    ),
  ),
}
