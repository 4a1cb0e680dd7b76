import { stringify } from 'yaml'

export const HEADER = '# Rendered by firedrill; change the source, not this file.\n'

/** A YAML file with a first line that says where it comes from. */
export function renderYaml(content: unknown): string {
  return `${HEADER}${stringify(content, { lineWidth: 0 })}`
}
