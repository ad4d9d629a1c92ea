import {
  type Change,
  type Client,
  ClientExists,
  type InitialAccessToken,
  type RegistrationStore,
  RevisionConflict,
  TokenSpent,
} from '../../registration/index.ts'
import { findObstacles, needsAdmission, withAdmission } from './admission.ts'
import { auditValues } from './audit-rows.ts'
import { writtenValues } from './client-rows.ts'
import {
  admitAndInsertClient,
  admitAndInsertClientAndSpend,
  admitAndReplaceClient,
  findRemoved,
  insertClient,
  insertClientAndSpend,
  insertEvent,
  removeClient,
  replaceClient,
} from './commit-statements.ts'
import type { Database, Query, Statement, Value } from './database.ts'
import type { FindClient } from './find-client.ts'
import { type TokenRow, tokenColumns, tokenOf } from './token-rows.ts'
import { codeOf } from './typed-errors.ts'

export function createRegistrationStore({ query }: Pick<Database, 'query'>, findClient: FindClient): RegistrationStore {
  return {
    commit: (change) => commit(change, query),
    findObstacles: (obstacles) => findObstacles(query, obstacles),
    findClient,
    async findInitialAccessToken(realm, digests): Promise<InitialAccessToken | undefined> {
      const [row] = await query<TokenRow>(selectToken, [realm, digests])
      return row === undefined ? undefined : tokenOf(row)
    },
  }
}

const selectToken: Statement = {
  name: 'find-initial-access-token',
  text: `select ${tokenColumns} from initial_access_tokens where realm = $1 and digest = any ($2::text[])`,
}

async function commit(change: Change, query: Query): Promise<void> {
  const { insert, replace, remove, spend } = change
  requireOne(change)
  if (insert !== undefined) return spend === undefined ? insertOne(change, insert, query) : insertAndSpend(change, insert, query)
  if (replace !== undefined) return replaceOne(change, replace, query)
  if (remove !== undefined) {
    const values = [change.realm, remove.client_id, remove.ifRevision, ...auditValues(change.event)]
    return require(await isDone(query, removeClient, { change, values }), RevisionConflict)
  }
  await query(insertEvent, auditValues(change.event))
}

function requireOne(change: Change): void {
  const { insert, replace, remove, spend } = change
  const isOne = [insert, replace, remove].filter((part) => part !== undefined).length <= 1
  if (!isOne || (spend !== undefined && insert === undefined)) {
    throw new Error('a change inserts, replaces or removes one client; only an insert spends a token')
  }
  if (needsAdmission(change) && insert === undefined && replace === undefined) {
    throw new Error('only a client that is written can be limited, or use an identifier')
  }
}

async function insertOne(change: Change, client: Client, query: Query): Promise<void> {
  const values = insertValues(change, client)
  const statement = needsAdmission(change) ? admitAndInsertClient : insertClient
  require(await tellingConflict(isDone(query, statement, { change, values })), ClientExists)
}

async function insertAndSpend(change: Change, client: Client, query: Query): Promise<void> {
  const values = [...insertValues(change, client), change.spend?.initialAccessToken, change.at]
  const statement = needsAdmission(change) ? admitAndInsertClientAndSpend : insertClientAndSpend
  if (await tellingConflict(isDone(query, statement, { change, values }))) return
  const [removed] = await query<{ found: boolean }>(findRemoved, [client.realm, client.client_id])
  require(removed?.found !== true || client.channel === 'provisioned', ClientExists)
  throw new TokenSpent()
}

async function replaceOne(change: Change, { client, ifRevision }: Replacement, query: Query): Promise<void> {
  const written = [...writtenValues(client, change.searchable), ...auditValues(change.event)]
  const values = [client.realm, client.client_id, ifRevision, ...written]
  const statement = needsAdmission(change) ? admitAndReplaceClient : replaceClient
  require(await isDone(query, statement, { change, values }), RevisionConflict)
}

type Replacement = NonNullable<Change['replace']>

function insertValues(change: Change, client: Client): readonly Value[] {
  const { realm, client_id, client_id_issued_at } = client
  return [realm, client_id, client_id_issued_at, ...writtenValues(client, change.searchable), ...auditValues(change.event)]
}

/** unique_violation: the whole statement is undone, the token's use included. */
async function tellingConflict(done: Promise<boolean>): Promise<boolean> {
  try {
    return await done
  } catch (error) {
    if (codeOf(error) === '23505') throw new ClientExists(undefined, { cause: error })
    throw error
  }
}

interface Writing {
  readonly change: Change
  readonly values: readonly Value[]
}

/** RG003: the statement found nothing to write, and undid what it had done before. */
async function isDone(query: Query, statement: Statement, { change, values }: Writing): Promise<boolean> {
  try {
    const [row] = await withAdmission(change, (admission) => query<{ done: number }>(statement, [...values, ...admission]))
    return row?.done === 1
  } catch (error) {
    if (codeOf(error) === 'RG003') return false
    throw error
  }
}

function require(isTrue: boolean, Conflict: new () => Error): void {
  if (!isTrue) throw new Conflict()
}
