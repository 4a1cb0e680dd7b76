import { Empty } from '../ui/empty.tsx'

export function DashboardsPage() {
  return (
    <>
      <h1>Dashboards</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
