import { describe, expect, it } from 'vitest'
import { buildProgram } from '../src/cli/main.ts'

describe('docs/reference/cli.md', () => {
  it('is what --help says (npm run golden refreshes)', async () => {
    const program = buildProgram(new AbortController().signal)
    const sections = [program, ...program.commands].map((command) => {
      let text = ''
      command.configureOutput({
        writeOut: (part) => (text += part),
        getOutHelpWidth: () => 100,
        getOutHasColors: () => false,
      })
      command.outputHelp()
      const name = command === program ? 'firedrill' : `firedrill ${command.name()}`
      return `## ${name}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`
    })
    await expect(`# Commands\n\n${sections.join('\n')}`).toMatchFileSnapshot('../docs/reference/cli.md')
  })
})
