import pg from 'pg'
import { timeouts } from './database.ts'
import { realmChannel } from './realm-channel.ts'

/** Tells that something may have changed. */
export interface Wakeups {
  subscribe(wake: () => void): () => void
  close(): Promise<void>
}

const reconnectMilliseconds = 1_000

/** LISTEN needs a session of its own; it is opened with the first subscriber, and again whenever it was lost. */
export function createWakeups(connection: pg.ClientConfig, log: (line: string) => void): Wakeups {
  const subscribers = new Set<() => void>()
  let session: Promise<pg.Client | undefined> | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false

  const wakeAll = () => {
    for (const wake of subscribers) wake()
  }

  const reconnectLater = () => {
    session = undefined
    clearTimeout(retry)
    if (!closed) retry = setTimeout(connect, reconnectMilliseconds).unref()
  }

  const connect = () => {
    session = listen(connection, wakeAll, reconnectLater).catch((error: Error) => {
      log(`notifications of changes are off for the moment, polling goes on: ${error.message}`)
      reconnectLater()
      return undefined
    })
  }

  return {
    subscribe(wake) {
      subscribers.add(wake)
      if (session === undefined && retry === undefined) connect()
      return () => subscribers.delete(wake)
    },
    async close() {
      closed = true
      clearTimeout(retry)
      const client = await session
      await client?.end()
    },
  }
}

async function listen(connection: pg.ClientConfig, wake: () => void, lost: () => void): Promise<pg.Client> {
  const { connectionTimeoutMillis, keepAlive, keepAliveInitialDelayMillis } = timeouts
  const client = new pg.Client({
    application_name: 'registrar notifications',
    connectionTimeoutMillis,
    keepAlive,
    keepAliveInitialDelayMillis,
    ...connection,
  })
  let isListening = false
  client.on('error', () => client.end().catch(() => undefined))
  client.on('end', () => {
    if (isListening) lost()
    isListening = false
  })
  client.on('notification', wake)
  try {
    await client.connect()
    await client.query(`listen ${realmChannel}`)
  } catch (error) {
    void client.end().catch(() => undefined)
    throw error
  }
  isListening = true
  // Whatever happened before we listened was not heard.
  wake()
  return client
}
