/** A number of replicas, for people: "1 replica", "3 replicas". */
export function replicasText(count: number): string {
  return `${count} ${count === 1 ? 'replica' : 'replicas'}`
}
