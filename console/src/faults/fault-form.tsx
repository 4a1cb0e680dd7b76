import { useState } from 'react'
import type { FaultView, StackView } from '../../../src/api/contract.ts'
import { call } from '../feed/call.ts'
import { formatAge } from '../format/format-age.ts'
import { parseDuration } from '../format/parse-duration.ts'
import { linkTo } from '../shell/route.ts'
import { useAddress, useSetQuery } from '../shell/use-address.ts'
import { ChangeButton } from '../ui/change-button.tsx'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { type Catalogued, fieldsOf, keptOf, paramsOf, problemOf } from './fault-params.ts'
import { ParamInput } from './param-input.tsx'

/** Its id, for the focus. */
export const FAULT_FORM = 'fault-form'
const USUAL_FOR = '30s'
const LONGEST_MS = 86_400_000

/** The form of a fault, made from the schema of its parameters. All that is filled in stands in the address. */
export function FaultForm({ fault, services, folder }: FaultFormProps) {
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const [injected, setInjected] = useState<FaultView>()
  const wish = wishOf(fault, services, query)
  const { service, replica, forText, forMs, fields, texts, isValid, targets } = wish
  return (
    <form
      id={FAULT_FORM}
      className="card fault-form"
      aria-label={fault.name}
      tabIndex={-1}
      onSubmit={(event) => event.preventDefault()}
    >
      <p className="fault-others">
        <a href={linkTo('faults', [], keptOf(query))}>All faults</a>
      </p>
      <h3>{fault.name}</h3>
      <p>{fault.summary}.</p>
      {fault.machine !== undefined && <p className="notice">On this machine it {fault.machine}.</p>}
      <div className="fields">
        <label>
          <span>Target</span>
          <select
            className="field"
            value={service}
            onChange={(event) => setQuery({ service: event.currentTarget.value, replica: undefined })}
          >
            {targets.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <small>Those that can take this fault</small>
        </label>
        <label>
          <span>Replica</span>
          <select
            className="field"
            value={replica ?? ''}
            onChange={(event) => setQuery({ replica: event.currentTarget.value })}
          >
            <option value="">the first one</option>
            {services
              .find(({ name }) => name === service)
              ?.replicas.map(({ id }) => (
                <option key={id}>{id}</option>
              ))}
          </select>
        </label>
        <label>
          <span>For</span>
          <input
            className="field"
            value={forText}
            aria-invalid={forMs === undefined}
            onChange={(event) => setQuery({ for: event.currentTarget.value })}
          />
          <small>{forMs === undefined ? 'Like 30s, 1m30s or 2h; at most 24h' : 'Then it ends by itself'}</small>
        </label>
        {fields.map((field) => (
          <ParamInput
            key={field.name}
            field={field}
            text={texts[field.name] ?? field.default}
            onChange={(text) => setQuery({ [`p.${field.name}`]: text === field.default ? undefined : text })}
          />
        ))}
      </div>
      <div className="fault-go">
        <ChangeButton
          tone="main"
          disabled={!isValid}
          act={async () => {
            const body = { fault: fault.name, service, params: paramsOf(fields, texts), forMs: forMs ?? 0 }
            setInjected(await call('inject', { body: { ...body, ...(replica === undefined ? {} : { replica }) } }))
          }}
          confirm={{
            title: `Inject ${fault.name} into ${replica ?? service}?`,
            text: <What fault={fault} target={replica ?? service} forMs={forMs ?? 0} />,
            action: 'Inject',
          }}
        >
          Inject
        </ChangeButton>
        <CopyCommand command={commandOf(fault, wish, folder)} purpose={`injects ${fault.name}`} />
      </div>
      {injected !== undefined && <Outcome fault={injected} />}
    </form>
  )
}

interface FaultFormProps {
  fault: Catalogued
  services: StackView['services']
  folder: string
}

function What({ fault, target, forMs }: { fault: Catalogued; target: string; forMs: number }) {
  return (
    <>
      <p>{fault.summary}.</p>
      <p>
        It is aimed at <strong>{target}</strong> and ends by itself after <strong>{formatAge(forMs)}</strong>, also when
        this page is closed or control is killed. Lift ends it earlier. Alerts may fire, and the responder may act.
      </p>
      {fault.machine !== undefined && <p>On this machine it {fault.machine}.</p>}
    </>
  )
}

function Outcome({ fault: { fault, replica, landing } }: { fault: FaultView }) {
  return (
    <p className={landing.landed ? 'notice' : 'notice trouble'} role="status">
      {fault} of {replica} {landing.landed ? 'landed' : 'did not land'}: {landing.proof}.
    </p>
  )
}

/** What the address asks for, with defaults filled in, and whether it can be done. */
function wishOf(fault: Catalogued, services: StackView['services'], query: URLSearchParams) {
  const targets = fault.targets ?? services.map(({ name }) => name)
  const asked = query.get('service')
  const usual = targets.includes('store') ? 'store' : (targets[0] ?? '')
  const service = asked !== null && targets.includes(asked) ? asked : usual
  const replicas = services.find(({ name }) => name === service)?.replicas ?? []
  const replica = replicas.find(({ id }) => id === query.get('replica'))?.id
  const forText = query.get('for') ?? USUAL_FOR
  const parsed = parseDuration(forText)
  const forMs = parsed !== undefined && parsed >= 1 && parsed <= LONGEST_MS ? parsed : undefined
  const fields = fieldsOf(fault)
  const texts = Object.fromEntries(fields.map(({ name, default: usual }) => [name, query.get(`p.${name}`) ?? usual]))
  const hasProblem = fields.some((field) => problemOf(field, texts[field.name] ?? '') !== undefined)
  return {
    targets,
    service,
    replica,
    forText,
    forMs,
    fields,
    texts,
    isValid: forMs !== undefined && service !== '' && !hasProblem,
  }
}

function commandOf(
  { name }: Catalogued,
  { service, replica, forText, fields, texts }: ReturnType<typeof wishOf>,
  folder: string,
): string {
  const params = Object.entries(paramsOf(fields, texts)).map(
    ([key, value]) => `--param ${quoted(`${key}=${String(value)}`)}`,
  )
  return commandOn(folder, 'fault', 'inject', name, '--target', replica ?? service, ...params, '--for', quoted(forText))
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:=%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
