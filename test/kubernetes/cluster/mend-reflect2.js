// Adapts reflect2 1.0.1, which Kubernetes 1.20 brings with it, to Go 1.18 and later: reflect.mapiterinit fills an iterator there
// that it is given, and returns none. Without it, each JSON map that the API server writes corrupts its memory.
// node mend-reflect2.js FOLDER
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.'] = process.argv.slice(2)

/** Each text that is replaced must stand there once. */
function change(name, replacements, more = '') {
  const path = join(folder, name)
  let text = readFileSync(path, 'utf8')
  for (const [from, to] of replacements) {
    if (text.split(from).length !== 2) throw new Error(`${name} has not exactly one: ${from}`)
    text = text.replace(from, () => to)
  }
  writeFileSync(path, text + more)
}

/** The fields of the runtime's iterator that follow key and value, by their sizes. */
const pointers = ['typ', 'm', 'table', 'here', 'over', 'oldOver'].map((name) => `\t${name} unsafe.Pointer\n`).join('')
const numbers = '\tbegin uintptr\n\tsmall [4]uint8\n\tat uintptr\n\tcheck uintptr\n'

change('unsafe_link.go', [
  [
    'func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer) *hiter',
    'func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer, it *hiter)',
  ],
  ['\t// rest fields are ignored\n', pointers + numbers],
])
change(
  'unsafe_map.go',
  [
    [
      'hiter:      mapiterinit(type2.rtype, *(*unsafe.Pointer)(obj)),',
      'hiter:      started(type2.rtype, *(*unsafe.Pointer)(obj)),',
    ],
  ],
  '\nfunc started(rtype, m unsafe.Pointer) *hiter {\n\tit := new(hiter)\n\tmapiterinit(rtype, m, it)\n\treturn it\n}\n',
)
