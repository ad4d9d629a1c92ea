import type { IncomingMessage } from 'node:http'
import { HttpProblem } from './http-problem.ts'

export interface BodyLimits {
  readonly mediaTypes: readonly string[]
  readonly bytesMax: number
}

/** The body as it came, after everything that its header tells about it was accepted (DCR-EP-02, DCR-REQ-08). */
export async function readBody(request: IncomingMessage, { mediaTypes, bytesMax }: BodyLimits): Promise<Uint8Array> {
  checkMediaType(request, mediaTypes)
  checkContentEncoding(request)
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax)
  return collect(request, bytesMax)
}

/** Without parameters, in small letters; empty where none is given. */
export function mediaTypeOf({ headers }: IncomingMessage): string {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function checkMediaType(request: IncomingMessage, mediaTypes: readonly string[]): void {
  if (mediaTypes.includes(mediaTypeOf(request))) return
  const accept = mediaTypes.join(', ')
  throw new HttpProblem(415, 'invalid_client_metadata', `the media type of the body must be ${accept}`, { accept })
}

/** Nothing is decompressed: a body limit would have to count what comes out, and no client needs it. */
function checkContentEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return
  throw new HttpProblem(415, 'invalid_client_metadata', 'the body must not be compressed', { 'accept-encoding': 'identity' })
}

/** Stops keeping what comes as soon as it is too much; the rest is let through unseen, so that the answer can be read. */
function collect(request: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes <= bytesMax) {
        chunks.push(chunk)
        return
      }
      request.off('data', onData).resume()
      reject(tooLarge(bytesMax))
    }
    const onBreak = (): void => reject(new HttpProblem(400, 'invalid_client_metadata', 'the request ended early'))
    request
      .on('data', onData)
      .on('end', () => {
        // What breaks after the end changes nothing any more.
        request.off('close', onBreak)
        resolve(Buffer.concat(chunks))
      })
      .on('close', onBreak)
      .on('error', onBreak)
  })
}

function tooLarge(bytesMax: number): HttpProblem {
  return new HttpProblem(413, 'invalid_client_metadata', `the body must not be larger than ${bytesMax} bytes`)
}
