/**
 * The fields that have a value, for an object in which a field is either there or not: `{ a, ...defined({ b }) }`.
 * Values are looked at one level deep; the order of the fields is kept.
 */
export function defined<T extends object>(fields: T): Defined<T> {
  const result: Record<string, unknown> = {}
  for (const name in fields) {
    if (fields[name] !== undefined && Object.hasOwn(fields, name)) result[name] = fields[name]
  }
  return result as Defined<T>
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}
