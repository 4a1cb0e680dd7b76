import { useEffect, useRef } from 'react'

/** The keys of the console, and the dialog that lists them. Keys typed into a field are the field's. */
export function ShortcutHelp() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') dialog.current?.showModal()
      else if (event.key === '/') focus(document.querySelector<HTMLElement>('[data-filter]'))
      else if (event.key === 'j') move(1)
      else if (event.key === 'k') move(-1)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="shortcuts" closedby="any">
      <h2 id="shortcuts">Keys</h2>
      <dl className="keys">
        {Object.entries(KEYS).map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  )
}

const KEYS = {
  '/': 'to the filter of the page',
  j: 'to the next row of a list',
  k: 'to the row before',
  Enter: 'opens the row',
  Esc: 'closes a dialog',
  '?': 'this list',
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'))
  )
}

function focus(element: HTMLElement | null): void {
  element?.focus()
}

/** Moves the focus among the rows that a list marks with `data-item`. */
function move(by: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('main [data-item]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  focus(items[at < 0 ? 0 : Math.min(items.length - 1, Math.max(0, at + by))] ?? null)
}
