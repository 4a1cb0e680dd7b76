import { choose } from '../../base/choose.ts'
import { lists } from '../arguments/lists.ts'
import { type AddCommand, readContext } from '../command.ts'
import { fitTable } from '../tables/fit-table.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addLs: AddCommand = (program, signal) => {
  program
    .command('ls')
    .summary('list what can be named: drills, faults, journeys, alerts, dashboards')
    .description('Lists what ships of one kind, with the name that commands and drills take. Needs no running stack.')
    .argument('[kind]', Object.keys(lists).join(', '))
    .action(async (kind: string | undefined, _options, command) => {
      const { json } = readContext(command, signal)
      if (kind === undefined) return listKinds(json)
      const { find, used } = choose(lists, kind, 'kind')
      const found = await find()
      if (json) return printJson({ [kind]: found })
      for (const line of fitTable(found.map(({ name, about }) => [name, about]))) print(line)
      note(`${found.length} ${kind}. ${used}`)
    })
}

function listKinds(json: boolean): void {
  if (json) {
    printJson({ kinds: Object.keys(lists) })
    return
  }
  for (const line of fitTable(Object.entries(lists).map(([kind, { used }]) => [kind, used]))) print(line)
  note('firedrill ls KIND lists them')
}
