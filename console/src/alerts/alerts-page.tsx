import { Empty } from '../ui/empty.tsx'

export function AlertsPage() {
  return (
    <>
      <h1>Alerts</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
