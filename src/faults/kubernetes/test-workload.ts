import { randomUUID } from 'node:crypto'
import type { Subject } from '../fault.ts'
import { Victim } from '../test-victim.ts'
import type {
  ContainerView,
  Denial,
  HeldChange,
  HeldDenial,
  PatchStep,
  PodProgram,
  PodView,
  PodWork,
  WorkloadChange,
  WorkloadDescription,
  WorkloadSubject,
} from '../workload.ts'

/** A workload with pods that exist only here. Tests that need real pods are in test/kubernetes/. */
export class TestWorkload implements WorkloadSubject {
  readonly description = 'deployment/victim in lab'
  present: PodView[] = [testPod('victim-a'), testPod('victim-b')]
  services = ['victim']
  /** What each program in a container answers; the default is that of a container without that program. */
  answer: (command: readonly string[], container: string) => { code: number; stdout: string; stderr: string } = () =>
    NO_PROGRAM
  workload: WorkloadDescription = {
    kind: 'Deployment',
    replicas: 2,
    containers: [{ name: 'web', image: 'shop:4' }],
    main: 0,
  }
  patched: (readonly PatchStep[])[] = []
  onChange: () => void = () => undefined
  refusesLoss: Error | undefined
  report: unknown = 'begun'
  programs: (PodWork & { isEnded: boolean })[] = []
  isHeld = true
  /** What the probe sees while connections are denied. */
  denial = { connects: true, text: 'pod p still connects to 10.0.0.1:80' }
  denials: Denial[] = []
  isDenied = false
  refusesUndo: Error | undefined

  async pod(): Promise<PodView | undefined> {
    return this.present[0]
  }
  async again({ uid }: PodView): Promise<PodView | undefined> {
    return this.present.find((pod) => pod.uid === uid)
  }
  async pods(): Promise<PodView[]> {
    return this.present
  }
  async servicesOf(pod: PodView): Promise<string[]> {
    return this.present.some(({ uid, isEnding }) => uid === pod.uid && !isEnding) ? this.services : []
  }
  async checkLoss(): Promise<void> {
    if (this.refusesLoss !== undefined) throw this.refusesLoss
  }
  async lose({ uid }: PodView): Promise<void> {
    this.present = [...this.present.filter((pod) => pod.uid !== uid), testPod('victim-c')]
  }
  async evict({ uid }: PodView): Promise<void> {
    this.present = this.present.map((pod) => (pod.uid === uid ? { ...pod, isEnding: true, isReady: false } : pod))
  }
  async exec(_pod: PodView, container: string, command: readonly [string, ...string[]]) {
    return this.answer(command, container)
  }
  async run(_pod: PodView, work: PodWork): Promise<PodProgram> {
    const program = { ...work, isEnded: false }
    this.programs.push(program)
    return {
      container: 'firedrill-1',
      begunAtMs: Date.now(),
      firstReport: this.report,
      ended: async () => (program.isEnded ? 'exit code 0' : undefined),
      end: async () => {
        program.isEnded = true
      },
    }
  }
  async change({ patches }: WorkloadChange): Promise<HeldChange> {
    const { act, undo, what } = patches(this.workload)
    this.patched.push(act)
    this.onChange()
    let isUndone = false
    return {
      what,
      changedAtMs: Date.now(),
      renew: async () => this.isHeld,
      undo: async () => {
        if (!isUndone) this.patched.push(undo)
        const changed = !isUndone
        isUndone = true
        return { changed, detail: changed ? 'put back' : 'put back already' }
      },
    }
  }
  async deny(denial: Denial): Promise<HeldDenial> {
    this.denials.push(denial)
    this.isDenied = true
    return {
      what: 'no connections to the pods',
      changedAtMs: Date.now(),
      renew: async () => this.isHeld,
      probe: async () => this.denial,
      undo: async () => {
        if (this.refusesUndo !== undefined) throw this.refusesUndo
        this.isDenied = false
        return { changed: true, detail: 'removed' }
      },
    }
  }
  /** A container of a pod becomes another one, as after its end. */
  restart(pod: PodView | undefined, ended = 'exit code 137'): void {
    this.present = this.present.map((one) =>
      one.uid === pod?.uid
        ? {
            ...one,
            containers: one.containers.map((container) => ({
              ...container,
              id: randomUUID(),
              restarts: container.restarts + 1,
              ended,
            })),
          }
        : one,
    )
  }
}

const NO_PROGRAM = { code: 126, stdout: '', stderr: 'executable file not found in $PATH' }

export function testPod(name: string, container: Partial<ContainerView> = {}): PodView {
  const web = {
    name: 'web',
    id: randomUUID(),
    restarts: 0,
    isRunning: true,
    waiting: undefined,
    ended: undefined,
    ...container,
  }
  return {
    name,
    uid: randomUUID(),
    isReady: web.isRunning,
    isEnding: false,
    sharesProcesses: false,
    memoryLimitBytes: 256 * 2 ** 20,
    containers: [web],
  }
}

/** The subject of faults on the first pod of that workload. */
export function subjectOn(workload: WorkloadSubject): Subject {
  const victim = new Victim()
  return Object.assign(victim, { workload })
}
