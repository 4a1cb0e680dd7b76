/** Reads "512B", "64KiB", "1.5GiB" as bytes; `undefined` when the text is not a size. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(text) ?? []
  return amount === undefined ? undefined : Math.round(Number(amount) * UNITS[unit as Unit])
}

const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

type Unit = keyof typeof UNITS

/** Reads "64KiB/s" as bytes a second; `undefined` when the text is not a rate. */
export function parseByteRate(text: string): number | undefined {
  return text.endsWith('/s') ? parseBytes(text.slice(0, -2)) : undefined
}

/** Writes bytes for people: "512 B", "64.0 KiB", "1.50 GiB". */
export function formatBytes(bytes: number): string {
  const unit = (['GiB', 'MiB', 'KiB'] as const).find((one) => bytes >= UNITS[one])
  return unit === undefined ? `${Math.round(bytes)} B` : `${(bytes / UNITS[unit]).toPrecision(3)} ${unit}`
}
