import { defined } from '../../base/defined.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { faultErrors } from '../../faults/errors.ts'

/** Stands before calls of a service's dependencies, one name each. */
export class Obstructions {
  readonly #byName = new Map<string, Set<Act>>()

  /** Declares a dependency: `call`, with what obstructs it before. */
  guard<Args extends unknown[], Result>(
    name: string,
    call: (...args: Args) => Promise<Result>,
    signalOf: (...args: Args) => AbortSignal,
  ): (...args: Args) => Promise<Result> {
    const acts = new Set<Act>()
    this.#byName.set(name, acts)
    return async (...args) => {
      for (const act of acts) await act(signalOf(...args))
      return call(...args)
    }
  }

  /** @throws FD_FAULT_NO_ROUTE when there is no such dependency. The obstruction ends with the signal. */
  add(name: string, act: Act, signal: AbortSignal): void {
    const acts = this.#byName.get(name)
    if (acts === undefined) {
      const known = [...this.#byName.keys()]
      const next = didYouMean(name, known)
      throw faultErrors.error('FD_FAULT_NO_ROUTE', {
        message: 'the service has no such dependency that a fault can stand before',
        expected: known.length === 0 ? 'it has none' : `one of ${known.join(', ')}`,
        given: name,
        ...defined({ next }),
      })
    }
    acts.add(act)
    signal.addEventListener('abort', () => acts.delete(act))
  }
}

type Act = (signal: AbortSignal) => Promise<void>
