import { useEffect, useRef } from 'react'
import { type EndpointName, endpoints } from '../../../src/api/contract/endpoints.ts'
import { type PathInput, pathOf } from '../../../src/api/contract/path-of.ts'
import { parseVisible } from '../format/visible.ts'

/**
 * Follows a stream of the control API while the component is mounted and the tab is visible: a browser holds six connections to one
 * origin, which hidden tabs must not use up. `undefined` as input: nothing is followed.
 */
export function useStream(name: EndpointName, input: PathInput | undefined, onEvent: (data: unknown) => void): void {
  const url = input === undefined ? undefined : pathOf(name, input)
  const handler = useRef(onEvent)
  handler.current = onEvent
  useEffect(() => {
    if (url === undefined) return undefined
    const { event = 'message' } = endpoints[name] as { event?: string }
    let stream: EventSource | undefined
    let timer: number | undefined
    const open = () => {
      close()
      if (document.hidden) return
      stream = new EventSource(url)
      stream.addEventListener(event, ({ data }: MessageEvent<string>) => handler.current(parseVisible(data)))
      stream.onerror = () => {
        // After a refusal the browser gives up; after a mere break it reconnects by itself.
        if (stream?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, REOPEN_MS)
      }
    }
    const close = () => {
      window.clearTimeout(timer)
      stream?.close()
      stream = undefined
    }
    document.addEventListener('visibilitychange', open)
    open()
    return () => {
      document.removeEventListener('visibilitychange', open)
      close()
    }
  }, [name, url])
}

const REOPEN_MS = 2_000
