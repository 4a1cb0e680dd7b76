import { Empty } from '../ui/empty.tsx'

export function CoveragePage() {
  return (
    <>
      <h1>Coverage</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
