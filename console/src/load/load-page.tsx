import { Empty } from '../ui/empty.tsx'

export function LoadPage() {
  return (
    <>
      <h1>Load</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
