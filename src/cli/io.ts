import type { Readable } from 'node:stream'
import type { CertificateChecks, Configuration } from '../config/index.ts'

/** The world as a command sees it. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isTerminal: boolean
  readonly write: (text: string) => void
  readonly writeError: (text: string) => void
  readonly readInput: () => Promise<string>
  /** The same for what may not fit into memory. */
  readonly openInput: () => Readable
  readonly fetch: typeof fetch
  readonly certificateChecks: () => Promise<CertificateChecks>
  readonly startServer: (configuration: Configuration) => Promise<RunningServer>
  /** Until the returned function is called. */
  readonly onSignal: (signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP', listener: () => void) => () => void
}

export interface RunningServer {
  readonly publicUrl: string
  readonly adminUrl: string
  /** Takes the realms of another configuration in use, without refusing a request. */
  reload(configuration: Configuration): Promise<void>
  /** Drains what is under way, then closes. */
  stop(): Promise<void>
}
