import type { StackView } from '../../../src/api/contract.ts'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { PageLink } from '../ui/page-link.tsx'

/** The parts' own pages: a link, or the command that opens a page which asks for a password. One a line. */
export function PartPages({ services, folder }: Pick<StackView, 'services' | 'folder'>) {
  const shown = services.filter(({ url }) => url !== undefined)
  if (shown.length === 0) return null
  return (
    <ul className="part-pages" aria-label="The parts' own pages">
      {shown.map(({ name, url = '', asksPassword }) => (
        <li key={name}>
          <span className="name">{asksPassword ? name : <PageLink url={url}>{name}</PageLink>}</span>
          {asksPassword && <CopyCommand command={commandOn(folder, 'open', name)} purpose={`opens ${name}`} />}
        </li>
      ))}
    </ul>
  )
}
