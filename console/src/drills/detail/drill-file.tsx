import { CopyButton } from '../../ui/copy-button.tsx'

/** The file of a drill, to read and to copy. */
export function DrillFile({ text, path }: { text: string; path: string }) {
  return (
    <details className="drill-file">
      <summary>
        <strong>The drill file</strong> <code>{path}</code>
      </summary>
      <div className="drill-file-copy">
        <CopyButton text={text} label="Copy the drill file" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0}>
        {text.split('\n').map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a file have only their place
          <Line key={index} text={line} />
        ))}
      </pre>
    </details>
  )
}

/** A line of YAML: comments and keys stand out. */
function Line({ text }: { text: string }) {
  if (/^\s*#/.test(text)) return <span className="yaml-comment">{`${text}\n`}</span>
  const [, before = '', key = '', after = ''] = /^(\s*(?:- )?)([\w$-]+:)(.*)$/.exec(text) ?? []
  if (key === '') return `${text}\n`
  return (
    <>
      {before}
      <span className="yaml-key">{key}</span>
      {`${after}\n`}
    </>
  )
}
