import { seededRandom } from '../../base/random.ts'

/**
 * Decides call by call whether it fails, with probability `failureRatio` (0-1): the same answers in the same order for the
 * same seed.
 */
export function failureDraws(failureRatio: number, seed: number): () => boolean {
  const random = seededRandom(seed)
  return () => random() < failureRatio
}
