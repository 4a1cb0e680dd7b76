import { Empty } from '../ui/empty.tsx'

export function ObjectivesPage() {
  return (
    <>
      <h1>Objectives</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
