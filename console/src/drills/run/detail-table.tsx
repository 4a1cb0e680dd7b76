import { ScrollX } from '../../ui/scroll-x.tsx'

/** A table of texts. A column whose name begins with # holds numbers. */
export function DetailTable({ label, head, rows }: DetailTableProps) {
  if (rows.length === 0) return null
  const isNumber = head.map((name) => name.startsWith('#'))
  const classOf = (column: number) => (isNumber[column] === true ? 'number' : undefined)
  return (
    <ScrollX label={label}>
      <table>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} scope="col" className={classOf(column)}>
                {name.replace(/^#/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a journal do not move
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={head[column]} className={classOf(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

interface DetailTableProps {
  /** What the table is about. */
  label: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}
