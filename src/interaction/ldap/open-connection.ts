import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import { Client } from 'ldapts'
import type { Directory } from '../../registration/index.ts'

/** One conversation with a directory. */
export interface Connection {
  readonly client: Client
  /** TLS is there, where it is wanted; before that nothing may be said. */
  secure(): Promise<void>
  close(): void
}

/**
 * For one sign-in. What was cut off is not taken up again: the library would connect anew by itself, and send the password over a
 * connection that nobody has secured.
 */
export function openConnection(directory: Directory): Connection {
  const { url, startTls, connectTimeoutSeconds, timeoutSeconds } = directory
  const sockets: Socket[] = []
  const isSecure = url.toLowerCase().startsWith('ldaps:')
  const takeFirst = <Opened extends Socket>(open: () => Opened): Opened => {
    if (sockets.length >= (isSecure || !startTls ? 1 : 2)) throw new Error('the connection was lost')
    const socket = open()
    sockets.push(socket)
    return socket
  }
  const connectOnce = ((...where: Parameters<typeof connect>) => takeFirst(() => connect(...where))) as typeof connect
  const secureOnce = ((...where: Parameters<typeof connectSecurely>) =>
    takeFirst(() => connectSecurely(...where))) as typeof connectSecurely
  const client = new Client({
    url,
    connectTimeout: connectTimeoutSeconds * 1000,
    timeout: timeoutSeconds * 1000,
    createConnection: connectOnce,
    createSecureConnection: secureOnce,
    ...(isSecure ? { tlsOptions: tlsOptions(directory) } : {}),
  })
  return {
    client,
    secure: async () => (startTls && !isSecure ? client.startTLS(tlsOptions(directory)) : undefined),
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

function tlsOptions({ url, ca }: Directory): ConnectionOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  // An address is no name, and TLS has no place for it (RFC 6066 §3); the certificate is compared with it all the same.
  const servername = /^[\d.]+$|:/.test(host) ? '' : host
  return { host, servername, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) }
}
