/** A longer list is folded: next to another stack every port is replaced, and each is a notice. */
const FEW = 3

/** What a person should know of the stack: replaced ports, moved data. Nothing of it is wrong. */
export function Notices({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null
  const list = (
    <ul>
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  )
  if (notices.length <= FEW) return <div className="notice plain">{list}</div>
  return (
    <details className="notice plain">
      <summary>{notices.length} notices, of ports that were taken and the like</summary>
      {list}
    </details>
  )
}
