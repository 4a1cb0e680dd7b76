import type { StackView } from '../../../src/api/contract.ts'
import { commandOn } from '../ui/command-on.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { PageLink } from '../ui/page-link.tsx'

/** The parts' own pages: a link, or the command that opens a page which asks for a password. */
export function PartPages({ services, folder }: Pick<StackView, 'services' | 'folder'>) {
  return (
    <ul className="part-pages" aria-label="The parts' own pages">
      {services.map(
        ({ name, url, asksPassword }) =>
          url !== undefined && (
            <li key={name}>
              {asksPassword ? (
                <CopyCommand command={commandOn(folder, 'open', name)} purpose={`opens ${name}`} />
              ) : (
                <PageLink url={url}>{name}</PageLink>
              )}
            </li>
          ),
      )}
    </ul>
  )
}
