import type { Part } from '../../../stack/part.ts'

/** Processor cores and memory that a container may use at most, by the kind of its part. */
export const limits: Readonly<Record<Part['kind'], Limits>> = {
  service: { cores: 1, mebibytes: 256 },
  storage: { cores: 1, mebibytes: 512 },
  network: { cores: 1, mebibytes: 256 },
  monitoring: { cores: 1, mebibytes: 512 },
  responder: { cores: 0.5, mebibytes: 256 },
}

export interface Limits {
  cores: number
  mebibytes: number
}
