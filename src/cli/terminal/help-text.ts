/**
 * A help text for a terminal of this many columns: lines that belong to one sentence are one paragraph again, wherever they were
 * broken in the source, and long lines go on below the text they belong to.
 */
export function reflow(text: string, columns: number | undefined): string {
  const width = Math.max(columns ?? USUAL_WIDTH, LEAST_WIDTH)
  return paragraphs(text.split('\n'))
    .flatMap((line) => wrap(line, width))
    .join('\n')
}

/** Where nothing else is known. */
const USUAL_WIDTH = 80
/** Fewer columns are not written for: words would stand alone. */
const LEAST_WIDTH = 30
/** What is beside a name in a list begins within this share of the line at most; beyond it the rest is indented by little. */
const MOST_INDENT_RATIO = 0.6

/** Lines of one sentence are one; what is indented is a list or a command, line by line, with what stands below its text. */
function paragraphs(lines: readonly string[]): string[] {
  const joined: string[] = []
  for (const line of lines) {
    const before = joined.at(-1)
    if (before !== undefined && goesOn(before, line)) joined[joined.length - 1] = `${before} ${line.trimStart()}`
    else joined.push(line)
  }
  return joined
}

function goesOn(before: string, line: string): boolean {
  if (/^\S/.test(before) && /^\S/.test(line)) return !/[.:]$/.test(before)
  const beside = besideColumn(before)
  return beside > 0 && line.length > beside && marginOf(line) === beside
}

function marginOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0
}

/** Where "what it is" begins in "  --name <value>   what it is"; 0 where nothing stands beside anything. */
function besideColumn(line: string): number {
  return /^\s+\S.*?\s{2,}(?=\S)/.exec(line)?.[0].length ?? 0
}

function wrap(line: string, width: number): string[] {
  const [margin, beside] = [marginOf(line), besideColumn(line)]
  // A command is copied as one line.
  const isCommand = beside === 0 && /^\s+firedrill /.test(line)
  if (line.length <= width || isCommand) return [line]
  const indent = ' '.repeat(beside > 0 && beside <= width * MOST_INDENT_RATIO ? beside : margin + (margin && 2))
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    // A word that is longer than the line stays whole.
    const cut = rest.lastIndexOf(' ', width)
    const at = cut > indent.length ? cut : rest.indexOf(' ', Math.max(width, indent.length + 1))
    if (at < 0) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = indent + rest.slice(at).trimStart()
  }
  return [...lines, rest]
}
