import { Empty } from '../ui/empty.tsx'

export function FaultsPage() {
  return (
    <>
      <h1>Faults</h1>
      <Empty title="This page is not built yet" />
    </>
  )
}
