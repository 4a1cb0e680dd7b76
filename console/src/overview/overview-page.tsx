import { Empty } from '../ui/empty.tsx'

export function OverviewPage() {
  return (
    <>
      <h1>Overview</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
