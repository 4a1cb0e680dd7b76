import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

/** A stylesheet stays in the browser when another page is opened: its rules must not reach that page. */
it('the stylesheets that pages import hold for their page only', () => {
  const pages = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('-page.tsx'),
  )
  const imported = pages.flatMap((page) =>
    [...readFileSync(join(import.meta.dirname, page), 'utf8').matchAll(/^import '(\..*\.css)'$/gm)].map(
      ([, path = '']) => join(import.meta.dirname, dirname(page), path),
    ),
  )
  const topLevel = imported.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^([^\s/}*@][^{]*)\{/gm)].map(([, selector = '']) => selector.trim()),
  )
  expect(imported.length).toBeGreaterThan(7)
  expect(topLevel.filter((selector) => !/^main\[data-page="[a-z]+"\]$/.test(selector))).toEqual([])
})
