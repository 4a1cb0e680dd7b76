/** A longer list is folded: next to another stack every port is replaced, and each is a notice. */
const FEW = 3

/** What a person should know of the stack: replaced ports, moved data. */
export function Notices({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null
  const list = (
    <ul>
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  )
  if (notices.length <= FEW) return <div className="notice">{list}</div>
  return (
    <details className="notice">
      <summary>{notices.length} notices, of ports that were taken and the like</summary>
      {list}
    </details>
  )
}
