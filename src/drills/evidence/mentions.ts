import { hasLabels } from '../../probes/prometheus.ts'
import type { ReceivedAlert } from '../../probes/received-alert.ts'
import type { WantedAlert } from './expected.ts'

/**
 * Whether a notification is about the wanted alert: by its labels; of a message that has none, by the alert's name in its text. The
 * labels that are wanted beside the name cannot be found in a text for people.
 */
export function mentions({ alertname, labels, text = '' }: ReceivedAlert, wanted: WantedAlert): boolean {
  if (labels !== undefined) return alertname === wanted.alert && hasLabels(labels, wanted.labels)
  return hasName(text, wanted.alert)
}

/** Whether a name stands in a text, and not as a part of a longer one. */
function hasName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = [text[at - 1] ?? '', text[at + name.length] ?? '']
    if (around.every((character) => !/\w/.test(character))) return true
  }
  return false
}
