import { Empty } from '../ui/empty.tsx'

export function DrillsPage() {
  return (
    <>
      <h1>Drills</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
