import { describe, expect, it } from 'vitest'
import { relocateTemplatePath } from './relocate-alertmanager.ts'

const PATH = '/usr/share/prometheus/alertmanager'
const program = (...strings: string[]) => Buffer.from(`\x7fELF\xff${strings.join('')}tail`, 'latin1')

describe('relocateTemplatePath', () => {
  it('changes the template path alone, and no length', () => {
    const before = program(`${PATH}/ui`, PATH, `${PATH}/no-ui`)
    const after = relocateTemplatePath(before)
    expect(after).toHaveLength(before.length)
    expect(after.toString('latin1')).toContain(`${PATH}/ui${'./'.repeat(12)}am-assets/${PATH}/no-ui`)
    expect(before.toString('latin1')).not.toContain('am-assets')
  })

  it.each([
    ['no template path', [`${PATH}/ui`], '0 times'],
    ['two template paths', [PATH, 'x', PATH], '2 times'],
  ])('refuses a build with %s', (_, strings, given) => {
    expect(() => relocateTemplatePath(program(...strings))).toThrow(
      expect.objectContaining({ code: 'FD_COMPONENT_FETCH', details: expect.objectContaining({ given }) }),
    )
  })
})
