import { useSession } from '../session/session.tsx'
import { FailureText } from '../ui/failure-text.tsx'

/** Why the link that was opened let nobody in. */
export function LoginRefused() {
  const { failure } = useSession()
  return failure === undefined ? null : <FailureText failure={failure} />
}
