/** The tables of the system under drill, as SQL. */

/** Any number, the same in every service: two services that start at once create the tables one after the other. */
const ADVISORY_LOCK = 4_714_001

/**
 * The tables of the system under drill, in statements that change nothing when they are there. Keys compare byte by byte
 * ("C"), so that their order, and with it paging, does not depend on the database's locale.
 */
export const schemaStatements: readonly string[] = [
  // `create table if not exists` alone fails when two sessions run it at the same moment.
  `select pg_advisory_xact_lock(${ADVISORY_LOCK})`,
  `create table if not exists items (
     key text collate "C" primary key,
     value text not null,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now()
   )`,
  `create table if not exists batches (
     id uuid primary key,
     size integer not null,
     created_at timestamptz not null default now()
   )`,
  `create table if not exists transactions (
     id bigint generated always as identity primary key,
     amount numeric(20, 4) not null check (amount > 0),
     currency char(3) not null,
     idempotency_key text unique,
     batch_id uuid references batches (id),
     created_at timestamptz not null default now()
   )`,
]
