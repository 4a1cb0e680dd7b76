import type { StoreDatabase } from './operations.ts'

/** Items in PostgreSQL. `undefined` stands for "no such item" or, for `create`, "it exists already". */
export class Items {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  create(key: string, value: string): Promise<Item | undefined> {
    return this.#one(
      'item_insert',
      `insert into items (key, value) values ($1, $2) on conflict (key) do nothing returning ${COLUMNS}`,
      [key, value],
    )
  }

  get(key: string): Promise<Item | undefined> {
    return this.#one('item_get', `select ${COLUMNS} from items where key = $1`, [key])
  }

  update(key: string, value: string): Promise<Item | undefined> {
    return this.#one(
      'item_update',
      `update items set value = $2, updated_at = now() where key = $1 returning ${COLUMNS}`,
      [key, value],
    )
  }

  async delete(key: string): Promise<boolean> {
    const { rowCount } = await this.#database.query('item_delete', 'delete from items where key = $1', [key])
    return rowCount > 0
  }

  /** At most `limit` items in the order of their keys' bytes, from the first one behind `after`. */
  async list(limit: number, after: string | undefined): Promise<Item[]> {
    const { rows } = await this.#database.query<Row>(
      'item_list',
      `select ${COLUMNS} from items where key > $2 order by key limit $1`,
      // No key is empty, so all keys are behind the empty one.
      [limit, after ?? ''],
    )
    return rows.map(itemOf)
  }

  async #one(
    operation: 'item_insert' | 'item_get' | 'item_update',
    text: string,
    values: unknown[],
  ): Promise<Item | undefined> {
    const { rows } = await this.#database.query<Row>(operation, text, values)
    return rows[0] && itemOf(rows[0])
  }
}

export interface Item {
  key: string
  value: string
  /** ISO 8601, in UTC. */
  createdAt: string
  updatedAt: string
}

interface Row {
  key: string
  value: string
  created_at: string
  updated_at: string
}

const COLUMNS = 'key, value, created_at, updated_at'

function itemOf(row: Row): Item {
  return {
    key: row.key,
    value: row.value,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
