import { Type } from '#typebox'
import { defineFault, landed } from './fault.ts'

export const noOp = defineFault({
  name: 'no-op',
  summary: 'Do nothing: a rehearsal of the drill, and a check that it raises no false alarm',
  params: Type.Object({}, { additionalProperties: false }),
  needs: [],
  onWorkload: true,
  async start({ replica }) {
    return {
      injectedAtMs: Date.now(),
      landing: landed(`nothing was done to ${replica}, as asked`),
      undo: async () => ({ changed: false, detail: 'there was nothing to undo' }),
    }
  },
})
