/** What an action is done to: a replica, a whole service, or nothing in the stack (`service` is then a name of its own). */
export interface PolicyTarget {
  service: string
  replica?: string
}

/** "store-1" or "store". */
export function nameTarget({ service, replica }: PolicyTarget): string {
  return replica ?? service
}

/** Whether an action on one touches the other. */
export function overlaps(a: PolicyTarget, b: PolicyTarget): boolean {
  return a.service === b.service && (a.replica === undefined || b.replica === undefined || a.replica === b.replica)
}

/** Names that may be passed on to the control API or a query; any other text of a label goes no further than the log. */
const NAME = /^[a-z][a-z0-9-]{0,62}$/

export function isName(text: string | undefined): text is string {
  return text !== undefined && NAME.test(text)
}

/**
 * What an alert is about: the replica that its labels `service` and `instance` name, else the service, else the one that
 * its rule has as default. `undefined` when no label is a name: nothing unchecked leaves here.
 */
export function targetOf(
  labels: Readonly<Record<string, string>>,
  defaultService: string | undefined,
): PolicyTarget | undefined {
  const { service = defaultService, instance } = labels
  if (!isName(service)) return undefined
  if (instance === undefined) return { service }
  if (!isName(instance)) return undefined
  // It may come from another source, for example an exporter.
  return instance.startsWith(`${service}-`) ? { service, replica: instance } : { service }
}
