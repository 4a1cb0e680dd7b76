import type { Static } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { problemAt } from './objective-document.ts'
import type { metadataSchema } from './openslo-schema.ts'

/**
 * An OpenSLO document's labels as Prometheus accepts them: characters that its names may not have become `_` (`cost.center` is
 * `cost_center`), and the values of a list are joined.
 */
export function labelsOf(
  given: Static<typeof metadataSchema>['labels'] = {},
  path: Path,
  source: YamlSource,
): { labels: Record<string, string>; problems: FileProblem[] } {
  const names = new Map<string, string>()
  const labels: Record<string, string> = {}
  const problems: FileProblem[] = []
  for (const [key, value] of Object.entries(given)) {
    const name = key.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_')
    const other = names.get(name)
    if (other !== undefined) {
      const message = `the labels ${other} and ${key} are both ${name} in Prometheus`
      problems.push(
        problemAt({ source, path: [...path, key] }, message, { expected: 'labels that stay apart', key: true }),
      )
    }
    names.set(name, key)
    labels[name] = Array.isArray(value) ? value.map(String).join(', ') : String(value)
  }
  return { labels, problems }
}
