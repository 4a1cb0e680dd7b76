import { useId } from 'react'
import type { DrillParameter } from '../../../../src/api/contract/drills/drills.ts'
import { useAddress, useSetQuery } from '../../shell/use-address.ts'
import { keyOf, whyWrong } from './parameter-query.ts'

/** The parameters of a drill as fields. What is typed stands in the address, so that a run can be shared before it is started. */
export function ParameterForm({ parameters }: { parameters: readonly DrillParameter[] }) {
  if (parameters.length === 0) return <p className="sub">This drill has no parameters.</p>
  return (
    <div className="parameters">
      {parameters.map((parameter) => (
        <Field key={parameter.name} parameter={parameter} />
      ))}
    </div>
  )
}

function Field({ parameter }: { parameter: DrillParameter }) {
  const id = useId()
  const { query } = useAddress()
  const setQuery = useSetQuery()
  const { name, type, default: usual, description } = parameter
  const value = query.get(keyOf(name)) ?? String(usual)
  const wrong = whyWrong(parameter, value)
  const set = (text: string) => setQuery({ [keyOf(name)]: text === String(usual) ? undefined : text })
  return (
    <div className="parameter">
      <label htmlFor={id}>{name}</label>
      {type === 'boolean' ? (
        <select id={id} className="field" value={value} onChange={(event) => set(event.currentTarget.value)}>
          <option>true</option>
          <option>false</option>
        </select>
      ) : (
        <input
          id={id}
          className="field"
          value={value}
          inputMode={type === 'integer' || type === 'number' ? 'decimal' : 'text'}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-help`}
          onChange={(event) => set(event.currentTarget.value)}
        />
      )}
      <span id={`${id}-help`} className="sub" data-tone={wrong === undefined ? undefined : 'bad'}>
        {wrong === undefined ? `${description === '' ? type : description} · default ${usual}` : `Expected: ${wrong}`}
      </span>
    </div>
  )
}
