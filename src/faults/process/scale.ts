import { Type } from 'typebox'
import { defineFault, landed, notLanded } from '../fault.ts'

export const scale = defineFault({
  name: 'scale',
  summary: 'Scale the whole service to zero, or to another number of replicas',
  params: Type.Object(
    {
      to: Type.Integer({ minimum: 0, maximum: 100, default: 0, description: 'Replicas that remain' }),
    },
    { additionalProperties: false },
  ),
  needs: ['canScale'],
  alone: true,
  async start(subject, { to }) {
    const { service } = subject
    const before = subject.replicas()
    const injectedAtMs = Date.now()
    await subject.scale(to)
    const now = subject.replicas()
    const landing =
      now === to && now !== before
        ? landed(`${service} went from ${before} to ${now} replicas`)
        : notLanded(`${service} has ${now} replicas, as before`)
    const undo = async () => {
      const found = subject.replicas()
      if (found !== to || found === before) return { changed: false, detail: `${service} has ${found} replicas` }
      await subject.scale(before)
      return { changed: true, detail: `scaled ${service} from ${found} back to ${before}` }
    }
    return { injectedAtMs, landing, undo }
  },
})
