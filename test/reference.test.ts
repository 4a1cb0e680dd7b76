import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { allCommands, buildProgram } from '../src/cli/program.ts'
import { reflow } from '../src/cli/terminal/help-text.ts'

describe('docs/reference/cli.md', () => {
  it('is what --help says (npm run golden refreshes)', async () => {
    const program = await buildProgram(new AbortController().signal, commands)
    const sections = allCommands(program).map((command) => {
      let text = ''
      command.configureOutput({
        writeOut: (part) => (text += reflow(part, 100)),
        getOutHelpWidth: () => 100,
        getOutHasColors: () => false,
      })
      command.outputHelp()
      const path: string[] = []
      for (let one: Command | null = command; one !== null; one = one.parent) path.unshift(one.name())
      const name = path.join(' ')
      return `## ${name}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`
    })
    await expect(`# Commands\n\n${sections.join('\n')}`).toMatchFileSnapshot('../docs/reference/cli.md')
  })
})
