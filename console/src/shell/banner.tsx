import { formatClock } from '../format/format-age.ts'
import type { Trouble } from './trouble.ts'

/** What is wrong, on every page. Its text does not change each second: screen readers would repeat it. */
export function Banner({ trouble }: { trouble: Trouble | undefined }) {
  return (
    <div role="alert" className="banner-place">
      {trouble !== undefined && (
        <div className="banner" data-part={trouble.part}>
          <span className="banner-sign" aria-hidden="true">
            !
          </span>
          <div>
            <strong>{trouble.title}.</strong> {consequence(trouble)} The page recovers by itself.
            <p className="banner-detail">
              {trouble.code !== undefined && <code>{trouble.code}</code>} {trouble.detail}
              {trouble.detail !== undefined && ' · '}to look into it: <code>{trouble.next}</code>
            </p>
          </div>
        </div>
      )}
    </div>
  )
}

function consequence({ part, lastAtMs }: Trouble): string {
  if (lastAtMs === undefined) return 'There is nothing to show yet.'
  const what = part === 'control' ? 'Nothing below is current: it is from' : 'The last prices are from'
  return `${what} ${formatClock(lastAtMs)}.`
}
