/** Reads "12.5%" as 0.125; `undefined` when the text is not a share from 0% to 100%. */
export function parseRatio(text: string): number | undefined {
  const value = /^\d+(?:\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN
  return value <= 1 ? value : undefined
}

/** 0.05 as "5 %", with up to three digits. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`
}
