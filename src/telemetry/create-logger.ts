import { destination, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'
import type { TelemetryOptions } from './options.ts'
import { redactLine } from './redact-line.ts'
import { textLine } from './text-line.ts'

export type WriteLine = (line: string) => void

export function createLogger({ logLevel, logFormat }: TelemetryOptions, write: WriteLine = toStandardOutput()): Logger {
  const shape = logFormat === 'text' ? textLine : (line: string): string => line
  return pino(
    {
      level: logLevel,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.errWithCause, req: tellRequest, res: tellResponse },
    },
    { write: (line: string) => write(shape(redactLine(line))) },
  )
}

/** Written through before anything else happens: the last line before a crash is the one that is needed. */
function toStandardOutput(): WriteLine {
  const output = destination({ fd: 1, sync: true })
  return (line) => {
    output.write(line)
  }
}

interface RequestShape {
  readonly method?: unknown
  readonly url?: unknown
  readonly ip?: unknown
}

/** Without the query and the headers: codes and hints travel in the one, credentials in the other. */
function tellRequest({ method, url, ip }: RequestShape): object {
  return { method, path: String(url ?? '').split('?', 1)[0], ...(ip !== undefined && { address: ip }) }
}

function tellResponse({ statusCode }: { readonly statusCode?: unknown }): object {
  return { status: statusCode }
}
