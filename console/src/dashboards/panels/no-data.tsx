/** In place of a panel's data: why there is none where that is known, and the way to find out. */
export function NoData({
  quiet,
  failure,
  about,
}: {
  quiet: string | undefined
  failure: string | undefined
  about: string
}) {
  return (
    <div className="panel-body panel-empty">
      <p>
        {failure === undefined ? (quiet ?? 'No data in this time range.') : `Prometheus refused the query: ${failure}.`}
      </p>
      <button type="button" className="button" popoverTarget={about}>
        Why is it empty?
      </button>
    </div>
  )
}
