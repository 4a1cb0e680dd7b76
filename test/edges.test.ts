import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const sources = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.test\.ts$|^test-/.test(entry.name))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { file: relative(src, path), text: readFileSync(path, 'utf8') }
  })
const filesWith = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

/** Who may read a file in another way than `readUserFile`: what it reads was written by Firedrill itself or by the kernel. */
const OWN_FILES = [
  /^base\/files\/(files|json-lines|own-files|package-version|secret-env)\.ts$/, // the state folder, the package itself
  /^base\/system\/(descriptors|process)\.ts$/, // the state folder; /proc
  /^faults\/machine\/(cpu|descriptors|host-memory|memory)\.ts$/, // /proc
  /^foreign\/beside\/(cgroups|start-neighbour)\.ts$/, // /proc, /sys/fs/cgroup
  /^foreign\/(control\/(process-start|process-facts|container-control|find-process)|system-turn)\.ts$/, // /proc, /etc/passwd; a pid file, once it is known to be a file
  /^probes\/machine\/(read-machine|process-memory)\.ts$/, // /proc
  /^runtimes\//, // the state folder, programs that were fetched
  /^base\/http\/page-files\.ts$/, // the pages that were built
  /^(cli\/terminal\/hangup|api\/stack\/up-in-compose)\.ts$/, // /proc, the package itself, secrets of the state folder
  /^load\/saturation\/core-wait\.ts$/, // /proc
  /^load\/journey\/journey-hooks\.ts$/, // modules, as Node reads them
  /^(faults|foreign)\/kubernetes\/.*-program\.ts$/, // texts of programs that run in pods
  /^dashboards\/all\/runbooks\.ts$/, // the runbooks that ship
]

describe('what comes from outside', () => {
  it('is read from files by readUserFile alone, which bounds it', () => {
    const readers = filesWith(/\b(readFile|readFileSync|createReadStream)\((?!source, seen|\{ file)/)
    expect(readers.filter((file) => !OWN_FILES.some((own) => own.test(file)))).toEqual([])
    expect(filesWith(/readUserFile\(/).length).toBeGreaterThan(8)
  })

  it('is read as YAML by parseYamlSource alone, which bounds it', () => {
    const readers = filesWith(/import \{[^}]*\b(parse|parseDocument|parseAllDocuments|Parser)\b[^}]*\} from 'yaml'/)
    // The package's own compose.yaml, and what Prometheus says of its configuration.
    expect(readers.sort()).toEqual(['api/stack/up-in-compose.ts', 'base/yaml/yaml-source.ts'])
  })

  it('reaches stdout and stderr through cli/terminal/output.ts alone, which makes it visible', () => {
    const writers = filesWith(/process\.(stdout|stderr)\.write|console\.\w+\(/)
    // Programs that run in pods, as texts or built into one file.
    expect(writers.filter((file) => !/\/kubernetes\/.*-program\.ts$|^proxy\/pod\/main\.ts$/.test(file))).toEqual([
      'cli/terminal/output.ts',
    ])
    expect(filesWith(/styleText\(/)).toEqual(['base/text/terminal-text.ts'])
  })

  it('is never a regular expression of JavaScript, some of which do not end', () => {
    const constants = filesWith(/new RegExp\(/)
    expect(constants.filter((file) => /^(drills|lint|responder|foreign)\//.test(file))).toEqual([])
  })
})
