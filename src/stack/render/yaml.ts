import { stringify } from 'yaml'

/** A YAML file with a first line that says where it comes from. */
export function renderYaml(content: unknown): string {
  return `# Rendered by firedrill; change the source, not this file.\n${stringify(content, { lineWidth: 0 })}`
}
