import type { ReactNode } from 'react'
import type { TopologyView } from '../../../src/api/contract.ts'
import type { ReplicaStatus, ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { call } from '../feed/call.ts'
import { ChangeButton } from '../ui/change-button.tsx'

/** How long a killed replica may stay away before control starts it again, in milliseconds. */
const KILLED_MS = 60_000

/** The buttons of one replica: those that its state allows. Each says beforehand what will happen. */
export function ReplicaActions({ service, replica, capabilities }: ReplicaActionsProps) {
  const { id, state } = replica
  const target = { params: { service: service.name }, body: { replica: id } }
  const isRunning = state === 'healthy' || state === 'unhealthy' || state === 'starting'
  const mayPause = capabilities?.canPause === true
  const mayKill = capabilities?.canKill === true
  return (
    <>
      <Act name="Restart" id={id} act={() => call('restart', target)} says={<Restart service={service} id={id} />} />
      {state === 'paused' && <Act name="Resume" id={id} act={() => call('resume', target)} />}
      {isRunning && mayPause && (
        <Act name="Pause" id={id} act={() => call('pause', target)} says={<Pause service={service} id={id} />} />
      )}
      {(state === 'stopped' || state === 'exited' || state === 'backoff') && (
        <Act name="Start" id={id} act={() => call('start', target)} />
      )}
      {state !== 'stopped' && (
        <Act name="Stop" id={id} act={() => call('stop', target)} says={<Stop service={service} id={id} />} isHarsh />
      )}
      {isRunning && mayKill && (
        <Act
          name="Kill"
          id={id}
          act={() =>
            call('inject', {
              body: { fault: 'kill', service: service.name, replica: id, params: {}, forMs: KILLED_MS },
            })
          }
          says={<Kill service={service} id={id} />}
          isHarsh
        />
      )}
    </>
  )
}

interface ReplicaActionsProps {
  service: ServiceStatus
  replica: ReplicaStatus
  /** Of the runtime; `undefined` until they are known. */
  capabilities: TopologyView['capabilities'] | undefined
}

interface ActProps {
  name: string
  id: string
  act(): Promise<unknown>
  says?: ReactNode
  isHarsh?: boolean
}

function Act({ name, id, act, says, isHarsh = false }: ActProps) {
  return (
    <ChangeButton
      act={act}
      label={`${name} ${id}`}
      tone={isHarsh ? 'danger' : 'plain'}
      {...(says === undefined ? {} : { confirm: { title: `${name} ${id}?`, text: says, action: name } })}
    >
      {name}
    </ChangeButton>
  )
}

interface SaysProps {
  service: ServiceStatus
  id: string
}

function Restart({ service, id }: SaysProps) {
  return (
    <>
      <p>{id} stops in good order, starts again, and is waited for until it is healthy.</p>
      <Meanwhile service={service} id={id} />
    </>
  )
}

function Pause({ service, id }: SaysProps) {
  return (
    <>
      <p>
        {id} freezes: its connections stay open and nothing answers, as in a hang. It stays so until it is resumed or
        restarted, here or by the responder.
      </p>
      <Meanwhile service={service} id={id} />
    </>
  )
}

function Stop({ service, id }: SaysProps) {
  return (
    <>
      <p>{id} ends in good order and stays stopped until it is started: here, or by the responder.</p>
      <Meanwhile service={service} id={id} />
    </>
  )
}

function Kill({ service, id }: SaysProps) {
  return (
    <>
      <p>
        {id} ends at once, as in a crash: requests that it works on fail. It is injected as the fault <code>kill</code>,
        so graphs and drills show it.
      </p>
      <p>
        {service.kind === 'service'
          ? 'The responder should repair it. If nothing has after a minute, control starts it again.'
          : 'The runtime starts it again by itself.'}
      </p>
      <Meanwhile service={service} id={id} />
    </>
  )
}

/** What does not work while a replica is away. */
function Meanwhile({ service: { name, kind, replicas }, id }: SaysProps) {
  const others = replicas.filter((replica) => replica.id !== id && replica.state === 'healthy').length
  if (others > 0)
    return (
      <p>
        Meanwhile {others === 1 ? 'the other replica' : `${others} other replicas`} of {name}{' '}
        {others === 1 ? 'goes' : 'go'} on working.
      </p>
    )
  return <p>Meanwhile {MEANWHILE[kind]} Alerts may fire.</p>
}

const MEANWHILE: Readonly<Record<ServiceStatus['kind'], string>> = {
  service: 'its users get errors: it is the only healthy replica.',
  storage: 'the services that need it fail.',
  network: 'the services reach none of their data stores.',
  monitoring: 'a part of the monitoring is blind.',
  responder: 'nothing is repaired by itself.',
}
