/** Names a load by its beginning and its journey: the name of the folder of its report. */
export function loadId({ startedAtMs, journey }: { startedAtMs: number; journey: string }): string {
  const name = journey
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '')
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, LONGEST_NAME)
  return `${new Date(startedAtMs).toISOString().replaceAll(/[:.]/g, '-')}-${name}`
}

/** Of a journey in it, in characters: names of folders have an end. */
const LONGEST_NAME = 100
