/** Reads a quantity of Kubernetes as a number: "128Mi", "1.5G", "500m", "1e3". `undefined` for none, and for what is no quantity. */
export function parseQuantity(text: string | undefined): number | undefined {
  const [, number = '', suffix = ''] =
    /^([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text ?? '') ?? []
  if (number === '') return undefined
  return Number(number) * (SUFFIXES[suffix] ?? 1)
}

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}
