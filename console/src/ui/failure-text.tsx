import type { Failure } from '../feed/call.ts'

/** Why something did not work: the code, what was expected, and what to do next. */
export function FailureText({ failure: { silent, code, detail, expected, next } }: { failure: Failure }) {
  return (
    <div className="notice trouble" role="alert" data-silent={silent || undefined}>
      <p>
        {code !== undefined && <code>{code}</code>} {silent ? 'Control does not answer.' : `${detail}.`}
      </p>
      {expected !== undefined && <p>Expected: {expected}</p>}
      {next !== undefined && (
        <p>
          Next: <code>{next}</code>
        </p>
      )}
    </div>
  )
}
