import { randomUUID } from 'node:crypto'
import { Ajv } from 'ajv'
import { closest } from 'fastest-levenshtein'
import type { TObject } from 'typebox'
import type { FaultDefinition, RunningFault, Subject } from '../faults/fault.ts'
import { faults } from '../faults/faults.ts'
import type { Runtime, Target } from '../runtimes/runtime.ts'
import type { FaultView, InjectBody, LiftView } from './contract.ts'
import { apiErrors } from './errors.ts'

interface Active {
  view: FaultView
  running: RunningFault
  deadline: NodeJS.Timeout
}

const registry: Readonly<Record<string, FaultDefinition<TObject>>> = faults as unknown as Record<
  string,
  FaultDefinition<TObject>
>

/** The faults that are in force. Each is undone when it is lifted, when its time is over, or when the stack goes down. */
export class ActiveFaults {
  readonly #runtime: Runtime
  readonly #active = new Map<string, Active>()
  readonly #ajv = new Ajv({ allErrors: true, useDefaults: true })

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  list(): FaultView[] {
    return [...this.#active.values()].map((one) => one.view)
  }

  /** Resolves when it is known whether the fault landed. */
  async inject({ fault: name, service, replica, params, forMs }: InjectBody): Promise<FaultView> {
    const definition = Object.hasOwn(registry, name) ? registry[name] : undefined
    if (definition === undefined) {
      const known = Object.keys(faults)
      throw apiErrors.error('FD_FAULT_UNKNOWN', {
        message: `unknown fault "${name}"`,
        expected: `one of ${known.join(', ')}`,
        given: name,
        next: `did you mean ${closest(name, known)}?`,
      })
    }
    for (const need of definition.needs) {
      if (this.#runtime.capabilities[need]) continue
      throw apiErrors.error('FD_FAULT_UNSUPPORTED', {
        message: `${name} needs ${need}, which the ${this.#runtime.name} runtime lacks`,
      })
    }
    const validate = this.#ajv.compile(definition.params)
    const given: Record<string, unknown> = structuredClone(params)
    if (!validate(given)) {
      const problems = (validate.errors ?? []).map((error) => `params${error.instancePath} ${error.message}`)
      throw apiErrors.error('FD_FAULT_PARAMS', { message: [...new Set(problems)].join('; '), where: `fault ${name}` })
    }
    const subject = this.#subject({ service, ...(replica === undefined ? {} : { replica }) })
    const running = await definition.start(subject, given as never)
    const view: FaultView = {
      id: randomUUID(),
      fault: name,
      service,
      replica: subject.replica,
      injectedAtMs: running.injectedAtMs,
      undoneByMs: running.injectedAtMs + forMs,
      landing: running.landing,
    }
    const deadline = setTimeout(() => void this.lift(view.id).catch(() => undefined), forMs)
    this.#active.set(view.id, { view, running, deadline })
    return view
  }

  async lift(id: string): Promise<LiftView> {
    const active = this.#active.get(id)
    if (active === undefined)
      throw apiErrors.error('FD_FAULT_NOT_ACTIVE', { message: `no active fault has the id ${id}`, given: id })
    this.#active.delete(id)
    clearTimeout(active.deadline)
    const undone = await active.running.undo()
    return { liftedAtMs: Date.now(), ...undone }
  }

  /** Undoes everything, the last first. */
  async liftAll(): Promise<void> {
    for (const id of [...this.#active.keys()].reverse()) await this.lift(id).catch(() => undefined)
  }

  /** Forgets everything without undoing it: the stack is going down anyway. */
  forget(): void {
    for (const { deadline } of this.#active.values()) clearTimeout(deadline)
    this.#active.clear()
  }

  #subject(target: Target): Subject {
    const runtime = this.#runtime
    const status = () => {
      const service = runtime.services().find((one) => one.name === target.service)
      return target.replica === undefined
        ? service?.replicas[0]
        : service?.replicas.find((one) => one.id === target.replica)
    }
    const found = status()
    if (found === undefined) {
      const all = runtime.services().flatMap((one) => one.replicas.map((each) => each.id))
      throw apiErrors.error('FD_FAULT_PARAMS', {
        message: `there is no ${target.replica ?? target.service}`,
        expected: `a service or one of its replicas: ${all.join(', ')}`,
      })
    }
    const one = { service: target.service, replica: found.id }
    return {
      ...one,
      pid: () =>
        runtime
          .services()
          .find((service) => service.name === one.service)
          ?.replicas.find((each) => each.id === one.replica)?.pid,
      kill: (signal) => runtime.kill(one, signal, 'fault'),
      start: () => runtime.start(one, 'fault'),
    }
  }
}
