import { useId } from 'react'
import { type ParamField, problemOf } from './fault-params.ts'

/** One parameter of a fault, with what is allowed. */
export function ParamInput({ field, text, onChange }: ParamInputProps) {
  const { name, kind, description, choices, hint, min, max } = field
  const id = useId()
  const problem = problemOf(field, text)
  const common = { id, className: 'field', 'aria-describedby': `${id}-says`, 'aria-invalid': problem !== undefined }
  return (
    <div className="param">
      <label htmlFor={id}>{name}</label>
      {kind === 'choice' && (
        <select {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      {kind === 'switch' && (
        <input
          id={id}
          type="checkbox"
          aria-describedby={`${id}-says`}
          checked={text === 'true'}
          onChange={(event) => onChange(String(event.currentTarget.checked))}
        />
      )}
      {kind === 'number' && (
        <input
          {...common}
          type="number"
          min={min}
          max={max}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {kind === 'text' && <input {...common} value={text} onChange={(event) => onChange(event.currentTarget.value)} />}
      <small id={`${id}-says`}>
        {problem !== undefined && <strong data-tone="bad">{problem}. </strong>}
        {description}
        {hint !== '' && `; ${hint}`}
      </small>
    </div>
  )
}

interface ParamInputProps {
  field: ParamField
  text: string
  onChange(text: string): void
}
