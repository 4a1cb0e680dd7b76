import { useId } from 'react'

/** A text field with its name, a hint, and what is wrong with its value. */
export function FormField({ label, hint, value, problem, onChange }: FormFieldProps) {
  const id = useId()
  const help = problem ?? hint
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        inputMode="text"
        autoComplete="off"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {help !== undefined && (
        <span id={`${id}-help`} className="sub" data-tone={problem === undefined ? undefined : 'bad'}>
          {help}
        </span>
      )}
    </div>
  )
}

interface FormFieldProps {
  label: string
  hint?: string
  value: string
  problem: string | undefined
  onChange(value: string): void
}
